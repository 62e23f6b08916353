import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Request {
  method: string;
  path: string;
  body?: string;
  headers?: Record<string, string>;
  /** Instead of those of the world: each is used once before any is used again. */
  tokens?: readonly string[];
}

export interface Load {
  folder: string;
  tokens: readonly string[];
  request: Request;
  ids: readonly string[];
  connections: number;
  seconds: number;
}

export interface Measured {
  requestsPerSecond: number;
  /** Milliseconds. */
  p99: number;
  failures: number;
}

/** Drives a server with wrk, which costs the machine far less than a load generator in Node. */
export async function drive(url: string, load: Load): Promise<Measured> {
  const script = join(load.folder, 'request.lua');
  await writeFile(script, lua(load));
  const { stdout } = await promisify(execFile)('wrk', [
    '--threads=1',
    `--connections=${load.connections}`,
    `--duration=${load.seconds}s`,
    `--script=${script}`,
    url,
  ]);
  const result = /^RESULT (\S+) (\S+) (\S+)$/m.exec(stdout);
  if (!result) throw new Error(`wrk said: ${stdout}`);
  const [requestsPerSecond = 0, p99 = 0, failures = 0] = result.slice(1).map(Number);
  return { requestsPerSecond, p99, failures };
}

function lua({ request, tokens, ids }: Load): string {
  const { method, path, body, headers = {}, tokens: own = tokens } = request;
  const extra = Object.entries(headers).map(([name, value]) => `headers["${name}"] = "${value}"`);
  return `
local tokens = {${own.map((token) => `"${token}"`).join(',')}}
local ids = {${ids.map((id) => `"${id}"`).join(',')}}
local n = 0
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
function done(summary, latency)
  io.write(string.format("RESULT %f %f %d\\n", summary.requests / summary.duration * 1e6,
    latency:percentile(99) / 1000, summary.errors.status + summary.errors.timeout + summary.errors.read))
end
`;
}
