import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { canInstall, findProgram, install } from '../scripts/embedded/apt.ts';

export interface Request {
  method: string;
  path: string;
  body?: string;
  headers?: Record<string, string>;
  /** Instead of those of the world: each is used once before any is used again. */
  tokens?: readonly string[];
  /** Milliseconds that each connection waits after an answer. */
  pause?: number;
}

export interface Load {
  folder: string;
  tokens: readonly string[];
  request: Request;
  ids: readonly string[];
  connections: number;
  seconds: number;
  /** Seconds of load before, which do not count. */
  rampUp?: number;
}

export interface Measured {
  requests: number;
  requestsPerSecond: number;
  /** Milliseconds. */
  p99: number;
  failures: number;
}

/**
 * The server under load for a while. What comes right after a pause is slower than the rest;
 * `rampUp` keeps it out.
 */
export async function drive(url: string, load: Load): Promise<Measured> {
  const { rampUp = 0, connections } = load;
  if (rampUp === 0) return run(url, load, 0);
  const { requests } = await run(url, { ...load, seconds: rampUp }, 0);
  return run(url, load, requests + 2 * connections); // some were under way and have not been counted
}

/** With wrk, which costs the machine far less than a load generator in Node. */
async function run(url: string, load: Load, requestsBefore: number): Promise<Measured> {
  const script = join(load.folder, `${randomUUID()}.lua`);
  await writeFile(script, lua(load, requestsBefore));
  const { stdout } = await promisify(execFile)(await wrk(), [
    '--threads=1',
    `--connections=${load.connections}`,
    `--duration=${load.seconds}s`,
    `--script=${script}`,
    url,
  ]);
  await rm(script);
  const result = /^RESULT (\S+) (\S+) (\S+) (\S+)$/m.exec(stdout);
  if (!result) throw new Error(`wrk said: ${stdout}`);
  const [requests = 0, requestsPerSecond = 0, p99 = 0, failures = 0] = result.slice(1).map(Number);
  return { requests, requestsPerSecond, p99, failures };
}

async function wrk(): Promise<string> {
  const found = findProgram('wrk');
  if (found) return found;
  if (!canInstall())
    throw new Error('The load comes from wrk: install it with your package manager.');
  await install('wrk');
  return wrk();
}

function lua({ request, tokens, ids }: Load, requestsBefore: number): string {
  const { method, path, body, headers = {}, tokens: own = tokens, pause } = request;
  const extra = Object.entries(headers).map(([name, value]) => `headers["${name}"] = "${value}"`);
  return `
local tokens = {${own.map((token) => `"${token}"`).join(',')}}
local ids = {${ids.map((id) => `"${id}"`).join(',')}}
local n = ${requestsBefore}
local run = os.time() .. math.random(1000000)
function request()
  n = n + 1
  local id = ids[n % #ids + 1]
  local unique = run .. '-' .. n
  local headers = {}
  headers["Authorization"] = "Bearer " .. tokens[n % #tokens + 1]
  ${extra.join('\n  ')}
  return wrk.format("${method}", ${path}, headers, ${body ?? 'nil'})
end
${pause ? `function delay() return ${Math.round(pause)} end` : ''}
function done(summary, latency)
  local errors = summary.errors
  local failures = errors.status + errors.timeout + errors.read + errors.write + errors.connect
  io.write(string.format("RESULT %d %f %f %d\\n", summary.requests,
    summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000, failures))
end
`;
}
