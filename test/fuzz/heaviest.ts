import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from '../../scripts/openapi/operations.ts';
import type { Vitals } from './vitals.ts';
import type { Changes, World } from './world.ts';

/** Milliseconds. */
export const BLOCK_LIMIT = 50;
const SETTLING = 25;
/** Garbage collection or a busy machine may delay one response, but not each of them. */
const REPEATS = 5;

const KIB = 1_024;
/** Sizes just below the limits: 64 KiB for a body, 4 KiB for a URL and 16 KiB for headers. */
const [BODY, QUERY, HEADER] = [62 * KIB, 3.7 * KIB, 15 * KIB];
const IMPORT = 512 * KIB;

/** Text that is slow for parsers and patterns. It is repeated up to the limit. */
const UNITS = {
  letters: 'a',
  digits: '1',
  spaces: ' ',
  dots: 'a.',
  hyphens: '-',
  'at signs': 'a@',
  'percent signs': '%25',
  commas: '"a",',
  'eighteen letters each after NFKC': '\ufdfa',
  'combining marks': '\u0301',
};
const BODIES = {
  arrays: '[',
  'closed arrays': '[],',
  objects: '{"a":',
  members: '"a":1,',
  digits: '9',
  escapes: '\\u0041',
  spaces: ' ',
  quotes: '"',
  lines: '\n',
  commas: ',',
  'short lines': 'a\n',
  'lines of objects': '{}\n',
  'lines of quotes': '""\n',
};
const HEADERS = [
  'Authorization',
  'Accept',
  'Accept-Language',
  'If-Match',
  'If-None-Match',
  'Idempotency-Key',
  'Origin',
  'X-Forwarded-For',
  'X-Request-Id',
];

export interface Blocked {
  /** How long the event loop was blocked. */
  milliseconds: number;
  input: string;
}

/** Sends the largest accepted inputs one by one. @returns the one that blocks the event loop longest */
export async function heaviest(world: World, vitals: Vitals): Promise<Blocked> {
  let longest: Blocked = { milliseconds: 0, input: 'nothing' };
  for (const operation of world.operations) {
    const id = await world.idFor(operation);
    for (const [name, changes] of inputsOf(operation)) {
      const send = () => world.request(operation, { id, ...changes });
      let milliseconds = await blockedTime(send, vitals);
      for (let time = 1; time < REPEATS && milliseconds > longest.milliseconds; time += 1) {
        milliseconds = Math.min(milliseconds, await blockedTime(send, vitals));
      }
      if (milliseconds <= longest.milliseconds) continue;
      longest = { milliseconds, input: `${operation.method} ${operation.path}, ${name}` };
    }
  }
  return longest;
}

async function blockedTime(send: () => Promise<unknown>, vitals: Vitals): Promise<number> {
  await vitals.delaySinceLast();
  await send();
  await sleep(SETTLING);
  return vitals.delaySinceLast();
}

function* inputsOf(operation: Operation): Generator<[string, Changes]> {
  const { body, parameters } = operation;
  const isStreamed = body !== undefined && body.mediaType !== 'application/json';
  if (body) {
    for (const [name, unit] of Object.entries(BODIES)) {
      const bytes = Buffer.from(filled(unit, isStreamed ? IMPORT : BODY));
      yield [`a body of ${name}`, { bytes }];
      if (isStreamed) yield [`NDJSON of ${name}`, { bytes, mediaType: 'application/x-ndjson' }];
      if (isStreamed) yield [`JSON of ${name}`, { bytes, mediaType: 'application/json' }];
    }
  }
  for (const [name, unit] of Object.entries(UNITS)) {
    for (const field of Object.keys((!isStreamed && body?.schema.properties) || {})) {
      yield [`${field} of ${name}`, { body: { [field]: filled(unit, BODY) } }];
    }
    for (const parameter of parameters.filter((parameter) => parameter.in === 'query')) {
      const query = `${parameter.name}=${filled(encodeURIComponent(unit), QUERY)}`;
      yield [`${parameter.name} of ${name}`, { query }];
    }
  }
  yield ['a parameter repeated', { query: filled('a=&', QUERY) }];
  for (const header of HEADERS) {
    for (const unit of ['a', '.', ' a', '"a",', '1.1.1.1,', 'a;q=0.1,']) {
      const changes: Changes = { headers: [[header, filled(unit, HEADER)]] };
      if (header === 'Authorization') changes.token = null;
      yield [`${header} of ${unit}`, changes];
    }
  }
}

function filled(unit: string, bytes: number): string {
  return unit.repeat(bytes / Buffer.byteLength(unit));
}
