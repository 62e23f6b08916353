const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

/** The options of the command, for `parseArgs`. */
export const IMPORT_OPTIONS = {
  help: { ...flag, short: 'h' },
  format: text,
  charset: text,
  mode: text,
  'on-error': text,
  'dry-run': flag,
  columns: text,
  unknown: text,
  invalid: text,
  blank: text,
  delimiter: text,
  'date-format': text,
} as const;

/** Also accepts the parameters of the API: `--date_format=dmy`, `--dry_run=true`. */
export function asOption(argument: string): string[] {
  const option = argument.replace(/^--[^=]+/, (name) => name.replaceAll('_', '-'));
  if (option === '--dry-run=false') return [];
  return [option === '--dry-run=true' ? '--dry-run' : option];
}

/** The output of `npm run customers:import -- --help`. */
export const IMPORT_USAGE = `Usage: npm run customers:import -- [options] <file>
Imports a file of customers like POST /customers/import, with a progress bar.

  <file>         .csv .tsv .txt .json .ndjson .jsonl, each also with .gz; - reads standard input
  --format       csv, tsv, json or ndjson, if the name of the file has no known extension
                   cat export | npm run customers:import -- --format csv -
  --charset      the encoding of a file that is not UTF-8 and has no byte order mark
                   --charset windows-1252
  --mode         insert (default), or upsert: updates the customer with the same id, else with the
                 same external_id, else with the same e-mail
                   --mode upsert
  --on-error     abort (default) imports all rows or none; skip imports the valid rows
                   --on-error skip
  --dry-run      only checks and counts
                   --dry-run
  --columns      maps columns: source:target, comma-separated; + joins several sources with a
                 blank, - drops a column; in JSON a source is a path such as addresses[0].country
                   --columns "Customer ID:external_id,First Name+Last Name:name,Notes:-"
  --unknown      columns that are neither known nor mapped: fail (default), ignore or metadata
                   --unknown ignore
  --invalid      row (default) refuses a row with an invalid value; value leaves out the value
                   --invalid value
  --blank        the effect of an empty cell in an upsert: keep (default) or null
                   --blank null
  --delimiter    auto (default), comma, semicolon, tab or pipe
                   --delimiter semicolon
  --date-format  iso (default), dmy, mdy, ymd, or excel for serial numbers
                   --date-format dmy
  --help         this text

The exit code is 0 when all rows were imported, 2 when some rows were refused, 78 when a setting of
the server is missing or wrong, and 1 otherwise.
docs/importing.md shows files of Shopify, HubSpot and Excel.
`;
