import { styleText } from 'node:util';
import type { FastifyInstance } from 'fastify';
import type { Level } from './log.js';

/** The output of the log: `process.stdout`, except in tests. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const COLOURS: Readonly<Record<Level, Parameters<typeof styleText>[0]>> = {
  fatal: ['bold', 'red'],
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'gray',
};

/** A human-readable log line: the time of day, the level, the message, and the other fields. */
export function terminalLine(line: string): string {
  const { level, time, message, err, ...fields } = JSON.parse(line) as {
    level: Level;
    time: string;
    message: string;
    err?: { stack?: string; message?: string };
  };
  const details = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const head = [styleText('gray', timeOfDay(time)), styleText(COLOURS[level], level.padEnd(5))];
  const stack = err?.stack ?? err?.message;
  const text = [...head, message, styleText('gray', details.join(' '))].join(' ').trimEnd();
  return stack === undefined ? `${text}\n` : `${text}\n${styleText('gray', stack)}\n`;
}

/**
 * Prints a coloured line for each request, with the path, the status, the duration and the code of an
 * error. Only for a terminal in development, because a path contains ids, which the JSON log omits.
 */
export function printRequests(server: FastifyInstance, output: Output): void {
  const codes = new WeakMap<object, string>();
  server.addHook('onSend', (request, reply, payload, done) => {
    const code = reply.statusCode < 400 ? undefined : errorCodeIn(payload);
    if (code !== undefined) codes.set(request, code);
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const { method, url } = request;
    const { statusCode: status, elapsedTime } = reply;
    const colour = colourOf(status);
    output.write(
      `${[
        styleText('gray', timeOfDay(new Date().toISOString())),
        styleText(colour, String(status)),
        method.padEnd(6),
        url.split('?', 1)[0], // a query may hold what a person searched for
        styleText('gray', `${elapsedTime.toFixed(1)} ms`),
        styleText(colour, codes.get(request) ?? ''),
      ]
        .join(' ')
        .trimEnd()}\n`,
    );
    done();
  });
}

function colourOf(status: number): 'red' | 'yellow' | 'green' {
  if (status >= 500) return 'red';
  return status >= 400 ? 'yellow' : 'green';
}

/** `07:00:00.000` in the time zone of this machine. */
function timeOfDay(instant: string): string {
  const moment = new Date(instant);
  const milliseconds = String(moment.getMilliseconds()).padStart(3, '0');
  return `${moment.toLocaleTimeString('en-GB')}.${milliseconds}`;
}

function errorCodeIn(payload: unknown): string | undefined {
  if (!Buffer.isBuffer(payload) && typeof payload !== 'string') return undefined;
  return /"code":"([a-z_]+)"/.exec(payload.toString())?.[1];
}
