import fc from 'fast-check';
import type { Parsed, RecordReader } from '../../src/customers/import/reading/record.js';

/** The sizes of the chunks in which a file arrives. They must not affect the result. */
export const chunkSizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });

export function read(reader: RecordReader, text: string, sizes: readonly number[]): Parsed[] {
  const records: Parsed[] = [];
  for (let at = 0, piece = 0; at < text.length; piece += 1) {
    const size = sizes[piece % sizes.length] ?? 1;
    records.push(...reader.push(text.slice(at, at + size)));
    at += size;
  }
  return [...records, ...reader.end()].filter((record) => !('header' in record));
}

export const lineBreak = fc.constantFrom('\n', '\r\n', '\r\r\n');
