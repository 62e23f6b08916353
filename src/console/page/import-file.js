/** Reads the beginning of a file for the preview. The service reads the file itself. */

const CSV = 'text/csv';
const JSON_TYPE = 'application/json';
const LINES = 'application/x-ndjson';
const TYPES = { tsv: 'text/tab-separated-values', json: JSON_TYPE, ndjson: LINES, jsonl: LINES };
const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' };
/** Records that are checked, and rows that are shown. */
const CHECKED = 50;
const SHOWN = 5;

/** The headers that say what the file is; its name tells. */
export function headersOf({ name }, charset) {
  const [, ending = '', compressed] = /\.([a-z]+)(\.gz)?$/i.exec(name) ?? [];
  const type = TYPES[ending.toLowerCase()] ?? CSV;
  return {
    'Content-Type': charset && !type.includes('json') ? `${type}; charset=${charset}` : type,
    'Content-Encoding': compressed && 'gzip',
  };
}

/** The first rows, with a small file of them for a check; undefined when the file is empty. */
export async function sampleOf(file, { charset, delimiter }) {
  const { 'Content-Type': type, 'Content-Encoding': encoding } = headersOf(file);
  const bytes = encoding
    ? file.stream().pipeThrough(new DecompressionStream(encoding))
    : file.stream();
  const length = type === JSON_TYPE ? 2 ** 21 : 2 ** 16;
  const text = await beginningOf(bytes.getReader(), charset, length);
  if (type === JSON_TYPE) return sampleOfRecords(JSON.parse(text));
  // The last line may be cut off.
  const lines = text.split('\n').slice(0, text.length < length ? undefined : -1);
  if (type !== LINES) return sampleOfRows(lines.join('\n'), delimiter);
  const records = lines.filter((line) => line.trim() !== '').slice(0, CHECKED);
  return sampleOfRecords(records.map((line) => JSON.parse(line)));
}

/** As many characters as asked for, or all. */
async function beginningOf(reader, charset, length) {
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
  const lists = [document, ...Object.values(document)];
  const list = lists.find(Array.isArray) ?? [];
  const records = list.filter((record) => record instanceof Object).slice(0, CHECKED);
  const columns = [...new Set(records.flatMap(Object.keys))];
  const textOf = (value) => (value instanceof Object ? JSON.stringify(value) : value);
  const rows = records.slice(0, SHOWN).map((record) => columns.map((name) => textOf(record[name])));
  return { columns, rows, type: JSON_TYPE, body: new Blob([JSON.stringify(records)]) };
}

function sampleOfRows(text, delimiter) {
  const [first, declared] = /^(?:sep=([,;|\t])\r?\n)?/i.exec(text);
  const content = text.slice(first.length);
  const [header] = content.split('\n', 1);
  const count = (separator) => header.split(separator).length;
  const [likeliest] = Object.values(DELIMITERS).sort((one, other) => count(other) - count(one));
  const [columns, ...rows] = cellsOf(content, declared ?? DELIMITERS[delimiter] ?? likeliest);
  return columns && { columns, rows: rows.slice(0, SHOWN), type: CSV, body: new Blob([text]) };
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
