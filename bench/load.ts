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
  /** Replaces the tokens of the world. Each is used once before any is reused. */
  tokens?: readonly string[];
  /** Milliseconds that each connection waits after a response. */
  pause?: number;
}

export interface Load {
  folder: string;
  tokens: readonly string[];
  request: Request;
  ids: readonly string[];
  connections: number;
  seconds: number;
  /** Seconds of load before the measurement. */
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
 * Measures the server under load. The first requests after a pause are slower than the others, so
 * `rampUp` excludes them.
 */
export async function drive(url: string, load: Load): Promise<Measured> {
  const { rampUp = 0, connections } = load;
  if (rampUp === 0) return run(url, load, 0);
  const { requests } = await run(url, { ...load, seconds: rampUp }, 0);
  return run(url, load, requests + 2 * connections); // some requests were in flight and were not counted
}

/** Uses wrk, which needs far less CPU than a load generator in Node.js. */
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
  if (!result) throw new Error(`Unexpected output of wrk: ${stdout}`);
  const [requests = 0, requestsPerSecond = 0, p99 = 0, failures = 0] = result.slice(1).map(Number);
  return { requests, requestsPerSecond, p99, failures };
}

async function wrk(): Promise<string> {
  const found = findProgram('wrk');
  if (found) return found;
  if (!canInstall())
    throw new Error('The benchmark needs wrk. Install it with your package manager.');
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
