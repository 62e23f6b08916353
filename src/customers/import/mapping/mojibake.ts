/** Encodings in which files are read by mistake, because spreadsheets use them. */
const ENCODINGS =
  `windows-1252 windows-1250 windows-1251 windows-1253 windows-1254 macintosh`.split(' ');

/** The bytes above ASCII of each encoding, by character. */
const TABLES: readonly ReadonlyMap<string, number>[] = ENCODINGS.map((encoding) => {
  const bytes = Array.from({ length: 128 }, (_, index) => index + 128);
  const characters = Array.from(new TextDecoder(encoding).decode(Uint8Array.from(bytes)));
  return new Map(characters.map((character, index) => [character, index + 128]));
});

/** Letters of alphabets. Other letters of Latin, such as those of phonetics, would be a coincidence. */
const LETTERS =
  /^(?:[\u00c0-\u017f\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u1e00-\u1eff]|(?!\p{Script=Latin})\p{L}|\p{M}|’)+$/u;

const OTHER_SCRIPT = /(?!\p{Script=Latin})\p{L}/gu;

const utf8 = new TextDecoder();

/**
 * Whether a text is UTF-8 that was read in another encoding, such as YÄ±lmaz for Yılmaz. Then all its
 * characters are the bytes of letters, and these are of one script. KŘÍŽ and MATÚŠ are names.
 */
export function isMisread(text: string): boolean {
  if (/^[\p{Lu}\s.'-]*$/u.test(text)) return false;
  return TABLES.some((table) => {
    const letters = decoded(text, table);
    const other = letters?.match(OTHER_SCRIPT)?.length ?? 0;
    const latin = letters?.match(/\p{Script=Latin}/gu)?.length ?? 0;
    const isOneScript = other === 0 || (other > 1 && other > latin);
    return letters !== undefined && isOneScript && LETTERS.test(letters.replace(/[\0-\x7f]+/g, ''));
  });
}

/** The text that has these bytes in UTF-8, or undefined. Almost every text fails at its first letter. */
function decoded(text: string, table: ReadonlyMap<string, number>): string | undefined {
  const bytes: number[] = [];
  let open = 0;
  for (const character of text) {
    const byte = character <= '\x7f' ? character.charCodeAt(0) : table.get(character);
    const isInside = byte !== undefined && byte >= 0x80 && byte < 0xc0;
    if (byte === undefined || isInside !== open > 0) return undefined;
    open = isInside ? open - 1 : lengthOf(byte) - 1;
    bytes.push(byte);
  }
  return open === 0 ? utf8.decode(Uint8Array.from(bytes)) : undefined;
}

/** The bytes of a character, by its first one. */
function lengthOf(first: number): number {
  if (first < 0xc2) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
