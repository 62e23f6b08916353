/** Reads the beginning of a file for the preview. The service reads the file itself. */

const TYPES = {
  csv: 'text/csv',
  txt: 'text/plain',
  tsv: 'text/tab-separated-values',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
};
const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' };
/** Records that are checked, and rows that are shown. */
const CHECKED = 50;
const SHOWN = 5;

const isCompressed = ({ name }) => /\.gz$/i.test(name);

const typeOf = ({ name }) =>
  TYPES[/\.([a-z]+)(\.gz)?$/i.exec(name)?.[1].toLowerCase()] ?? 'text/csv';

/** The headers that say what the file is; its name tells. */
export function headersOf(file, charset) {
  const type = typeOf(file);
  return {
    'Content-Type': charset && !type.includes('json') ? `${type}; charset=${charset}` : type,
    ...(isCompressed(file) && { 'Content-Encoding': 'gzip' }),
  };
}

/**
 * The first rows, and a small file that holds them for a check of the mapping.
 * @returns {Promise<{columns: string[], rows: string[][], body: Blob, type: string} | undefined>}
 * undefined when the file is empty
 */
export async function sampleOf(file, { charset, delimiter }) {
  const type = typeOf(file);
  if (type === 'application/json')
    return sampleOfRecords(JSON.parse(await beginningOf(file, charset, 2 ** 21)));
  const text = await beginningOf(file, charset, 2 ** 16);
  // The last line may be cut off.
  const lines = text.split('\n').slice(0, text.length < 2 ** 16 ? undefined : -1);
  if (type !== 'application/x-ndjson') return sampleOfRows(lines.join('\n'), delimiter);
  const records = lines.filter((line) => line.trim() !== '').slice(0, CHECKED);
  return sampleOfRecords(records.map((line) => JSON.parse(line)));
}

/** As many characters as asked for, or all. */
async function beginningOf(file, charset, length) {
  const stream = file.stream();
  const bytes = isCompressed(file) ? stream.pipeThrough(new DecompressionStream('gzip')) : stream;
  const reader = bytes.getReader();
  let decoder;
  let text = '';
  let part;
  do {
    part = await reader.read();
    const mark = { '255,254': 'utf-16le', '254,255': 'utf-16be' }[part.value?.slice(0, 2)];
    decoder ??= new TextDecoder(mark ?? (charset || 'utf-8'));
    text += decoder.decode(part.value, { stream: !part.done });
  } while (!part.done && text.length < length);
  await reader.cancel();
  return text.slice(0, length);
}

/** @param document a list of records, or an object with one */
function sampleOfRecords(document) {
  const list = Array.isArray(document)
    ? document
    : (Object.values(document).find(Array.isArray) ?? []);
  const records = list.filter((record) => record instanceof Object).slice(0, CHECKED);
  const columns = [...new Set(records.flatMap(Object.keys))];
  const textOf = (value) => (value instanceof Object ? JSON.stringify(value) : (value ?? ''));
  const rows = records.slice(0, SHOWN).map((record) => columns.map((name) => textOf(record[name])));
  return { columns, rows, type: TYPES.json, body: new Blob([JSON.stringify(records)]) };
}

function sampleOfRows(text, delimiter) {
  const [first, declared] = /^(?:sep=([,;|\t])\r?\n)?/i.exec(text);
  const content = text.slice(first.length);
  const [header] = content.split('\n', 1);
  const count = (separator) => header.split(separator).length;
  const [likeliest] = Object.values(DELIMITERS).sort((one, other) => count(other) - count(one));
  const separator = declared ?? DELIMITERS[delimiter] ?? likeliest;
  const [columns, ...rows] = cellsOf(content, separator);
  return (
    columns && { columns, rows: rows.slice(0, SHOWN), type: TYPES.csv, body: new Blob([text]) }
  );
}

/** Cells of delimited text, which can be quoted. Nothing but the preview depends on it. */
function cellsOf(text, separator) {
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^${separator}\n]*))([${separator}]|\r?\n|$)`, 'g');
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(cell)) {
    rows.at(-1).push((quoted?.replaceAll('""', '"') ?? plain).trim());
    if (end !== separator) rows.push([]);
    if (rows.length > 2 * SHOWN) break;
  }
  return rows.filter((row) => row.some((value) => value !== ''));
}
