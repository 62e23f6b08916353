import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A search ignores the width of characters (Japanese has a wide blank), invisible characters, and the
 * marks of Arabic and Hebrew. The function changes before its index, so for the time of the REINDEX
 * a search may miss names with such characters, as it did before. Older instances search by the same
 * functions.
 */
export class SearchFolding1764100076000 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await replaceFolding(
      runner,
      `text := normalize($1, NFKC);
       IF text ~ '[${IGNORED}${HAMZAS}]' THEN -- seldom, and it takes as long as the rest
         text := translate(regexp_replace(text, '[${IGNORED}]', '', 'g'), E'${HAMZAS}', E'${BARE}');
       END IF;`,
    );
    // A build that failed leaves an invalid index behind.
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS customers_search_text_idx_ccnew');
    await runner.query('REINDEX INDEX CONCURRENTLY customers_search_text_idx');
  }

  async down(runner: QueryRunner): Promise<void> {
    await replaceFolding(runner, 'text := normalize($1, NFC);');
    await runner.query('REINDEX INDEX customers_search_text_idx'); // in a transaction
  }
}

/**
 * Accents that belong to no letter, invisible characters, the points of Hebrew, and the vowel marks
 * and tatweel of Arabic.
 */
const IGNORED = [
  '\\u0300-\\u036f',
  '\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u206f\\ufe00-\\ufe0f\\ufeff\\U000e0100-\\U000e01ef',
  '\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7',
  '\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed',
].join('');

/** Letters of Arabic with a hamza or madda, and the same without. */
const HAMZAS = '\\u0622\\u0623\\u0624\\u0625\\u0626\\u0671';
const BARE = '\\u0627\\u0627\\u0648\\u0627\\u064a\\u0627';

/** @param prepare sets `text` to `$1` as its accents are removed from it */
async function replaceFolding(runner: QueryRunner, prepare: string): Promise<void> {
  const [extension] = (await runner.query(
    `SELECT quote_ident(nspname) AS schema FROM pg_extension e
     JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'unaccent'`,
  )) as { schema: string }[];
  const withoutAccents = extension
    ? `${extension.schema}.unaccent('${extension.schema}.unaccent'::regdictionary, text)`
    : `normalize(regexp_replace(normalize(text, NFD), '[\\u0300-\\u036f]', '', 'g'), NFC)`;
  await runner.query(
    `CREATE OR REPLACE FUNCTION folded_text(text) RETURNS text
     LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
     AS $$ DECLARE text text; BEGIN
       IF octet_length($1) = char_length($1) THEN RETURN lower($1); END IF; -- ASCII, the fast path
       ${prepare}
       RETURN lower(${withoutAccents});
     END $$`,
  );
}
