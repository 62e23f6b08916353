/** Reads the beginning of a file for the preview. The service reads the file itself. */

const SAMPLE_BYTES = 64 * 1024;
const JSON_BYTES = 2 * 1024 * 1024;

const TYPES = {
  csv: 'text/csv',
  txt: 'text/plain',
  tsv: 'text/tab-separated-values',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
};
const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' };

/** The headers that say what the file is; its name tells. */
export function headersOf(file, charset) {
  const isCompressed = /\.gz$/i.test(file.name);
  const type = TYPES[/\.([a-z]+)(\.gz)?$/i.exec(file.name)?.[1].toLowerCase()] ?? 'text/csv';
  return {
    'Content-Type': charset && !type.includes('json') ? `${type}; charset=${charset}` : type,
    ...(isCompressed && { 'Content-Encoding': 'gzip' }),
  };
}

/**
 * The first rows, and a small file that holds them for a check of the mapping.
 * @returns {Promise<{columns: string[], rows: string[][], body: Blob, type: string} | undefined>}
 * undefined when the beginning alone cannot be read
 */
export async function sampleOf(file, { charset, delimiter }) {
  const type = headersOf(file)['Content-Type'];
  const isJson = type === 'application/json';
  const { text, isWhole } = await beginningOf(file, charset, isJson ? JSON_BYTES : SAMPLE_BYTES);
  if (type.includes('json')) {
    const records = isJson
      ? recordsOf(text)
      : linesOf(text, isWhole)
          .slice(0, 50)
          .map((line) => JSON.parse(line));
    const columns = [...new Set(records.slice(0, 50).flatMap((record) => Object.keys(record)))];
    const rows = records.slice(0, 5).map((record) => columns.map((name) => cellOf(record[name])));
    return {
      columns,
      rows,
      type: 'application/json',
      body: new Blob([JSON.stringify(records.slice(0, 50))]),
    };
  }
  const lines = isWhole ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  const body = /^sep=(.)\r?\n/i.test(lines) ? lines.slice(lines.indexOf('\n') + 1) : lines;
  const separator = /^sep=(.)\r?\n/i.exec(lines)?.[1] ?? DELIMITERS[delimiter] ?? guess(body);
  const [columns, ...rows] = cellsOf(body, separator).filter((row) =>
    row.some((cell) => cell !== ''),
  );
  return columns && { columns, rows: rows.slice(0, 5), type: 'text/csv', body: new Blob([lines]) };
}

async function beginningOf(file, charset, size) {
  const isCompressed = /\.gz$/i.test(file.name);
  const stream = isCompressed
    ? file.stream().pipeThrough(new DecompressionStream('gzip'))
    : file.stream();
  const reader = stream.getReader();
  const parts = [];
  let length = 0;
  let isWhole = false;
  while (length < size && !isWhole) {
    const { value, done } = await reader.read();
    isWhole = done;
    if (value) parts.push(value);
    length += value?.length ?? 0;
  }
  await reader.cancel();
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  const mark = { '255,254': 'utf-16le', '254,255': 'utf-16be' }[String(bytes.slice(0, 2))];
  return { text: new TextDecoder(mark ?? (charset || 'utf-8')).decode(bytes), isWhole };
}

function recordsOf(text) {
  const document = JSON.parse(text);
  const list = Array.isArray(document) ? document : Object.values(document).find(Array.isArray);
  return (list ?? []).filter((record) => typeof record === 'object' && record !== null);
}

function linesOf(text, isWhole) {
  const lines = text.split('\n');
  return (isWhole ? lines : lines.slice(0, -1)).filter((line) => line.trim() !== '');
}

const cellOf = (value) =>
  value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

function guess(text) {
  const [header] = text.split(/\r?\n/, 1);
  const count = (separator) => cellsOf(header, separator)[0]?.length ?? 0;
  return Object.values(DELIMITERS).sort((left, right) => count(right) - count(left))[0];
}

function cellsOf(text, separator) {
  const rows = [[]];
  let cell = '';
  let isQuoted = false;
  const endCell = () => {
    rows.at(-1).push(cell.trim());
    cell = '';
  };
  const endRow = () => {
    endCell();
    rows.push([]);
  };
  // A doubled quote within quotes stands for one; nothing but a preview depends on it.
  for (const character of text.replaceAll('""', '\u0000')) {
    if (rows.length > 8) break;
    if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) endCell();
    else if (character === '\n' && !isQuoted) endRow();
    else if (character === '\0') cell += isQuoted ? '"' : '';
    else if (character !== '\r') cell += character;
  }
  endCell();
  return rows;
}
