/** Parameters of the import, and `charset`, which belongs to the type of the file. */
export const OPTIONS = {
  mode: { insert: 'Only create new ones', upsert: 'Update by id, external id or e-mail' },
  on_error: { abort: 'Import nothing', skip: 'Import the good rows' },
  unknown: { fail: 'Refuse the file', ignore: 'Leave out', metadata: 'Keep as metadata' },
  invalid: { row: 'Refuse the row', value: 'Leave the value out' },
  blank: { keep: 'Keep the stored value', null: 'Clear the stored value' },
  date_format: {
    iso: '2026-12-31',
    dmy: '31.12.2026',
    mdy: '12/31/2026',
    ymd: '2026/12/31',
    excel: 'Numbers of Excel',
  },
  delimiter: { auto: 'Auto', comma: 'Comma', semicolon: 'Semicolon', tab: 'Tab', pipe: 'Pipe' },
  charset: {
    '': 'UTF-8 or UTF-16',
    'windows-1252': 'Windows (western)',
    'iso-8859-15': 'ISO 8859-15',
    'windows-1251': 'Windows (Cyrillic)',
    shift_jis: 'Shift JIS',
  },
};
export const LABELS = {
  mode: 'Customers that exist',
  on_error: 'When rows are wrong',
  unknown: 'Unknown columns',
  invalid: 'Invalid optional values',
  blank: 'Empty cells in an update',
  date_format: 'Dates',
  delimiter: 'Delimiter',
  charset: 'Encoding',
};

/** A detail names a parameter that would help, such as `mode=upsert`; people see its menu. */
export const inWords = (detail) =>
  detail.replace(/\b(\w+)=(\w+)/g, (all, name, value) => {
    const text = OPTIONS[name]?.[value];
    return text === undefined ? all : `“${LABELS[name]}: ${text}”`;
  });

const TYPES = {
  tsv: 'text/tab-separated-values',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
};

/** The headers that say what a file is; its name tells. */
export function headersOf({ name }, charset) {
  const [, ending = '', compressed] = /\.([a-z]+)(\.gz)?$/i.exec(name) ?? [];
  const type = TYPES[ending.toLowerCase()] ?? 'text/csv';
  return {
    'Content-Type': charset && !type.includes('json') ? `${type}; charset=${charset}` : type,
    'Content-Encoding': compressed && 'gzip',
  };
}
