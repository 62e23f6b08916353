/** Calls the public API as the user. The tokens live in the memory of this module only. */

const API = new URL('../api/v1/', import.meta.url);
/** Milliseconds before its end at which an access token is no longer used. */
const MARGIN = 30_000;
/** The `ETag` of each object that was read. */
const versions = new WeakMap();

let tokens;
let refreshing;

/** What the page does then: the functions `signedOut`, `stepUp` and `written`. */
export const handlers = {};

export const logIn = async (credentials) => keep(await write('POST', 'auth/login', credentials));

export async function logOut(scope) {
  await call('POST', withQuery('auth/logout', { scope })).catch((problem) => {
    if (problem.status !== 401) throw problem;
  });
  tokens = undefined;
}

/** For a page that is closed: the tokens are lost with it, so the session should not stay. */
export function logOutInBackground() {
  const body = JSON.stringify({ refresh_token: tokens?.refresh_token });
  const json = new Blob([body], { type: 'application/json' });
  if (tokens) navigator.sendBeacon(new URL('auth/logout', API), json);
  tokens = undefined;
}

export async function get(path, query, signal) {
  const answer = await call('GET', withQuery(path, query), { signal });
  const object = await bodyOf(answer);
  versions.set(object, answer.headers.get('etag'));
  return object;
}

/** @param of the object as it was read: another version of it is not overwritten */
export async function write(method, path, body, { of, key, headers, signal } = {}) {
  const own = { 'If-Match': of && versions.get(of), 'Idempotency-Key': key, ...headers };
  const answer = await call(method, path, { body, headers: own, signal });
  handlers.written();
  return bodyOf(answer);
}

export const remove = (path, of) => write('DELETE', path, undefined, { of });

/** Nothing is sent when nothing has changed. */
export const update = async (path, patch, of) =>
  Object.keys(patch).length === 0 ? of : write('PATCH', path, patch, { of });

/** A patch of `old`: null clears a field. `blank` is what an empty text becomes. */
export function differences(old, values, names = Object.keys(values), blank = null) {
  const all = names.map((name) => [name, values[name] === '' ? blank : (values[name] ?? null)]);
  return Object.fromEntries(all.filter(([name, value]) => value !== (old[name] ?? null)));
}

/** Saves an answer as a file, under the name that the service gives it, or else under `name`. */
export async function download(path, query, name) {
  const answer = await call('GET', withQuery(path, query));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await arrived(answer.blob()));
  const header = answer.headers.get('content-disposition');
  link.download = /filename="([^"]+)"/.exec(header)?.[1] ?? name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Parameters without a value are left out, and spaces around what was typed. */
export function withQuery(path, query = {}) {
  const texts = Object.entries(query).map(([name, value]) => [name, String(value ?? '').trim()]);
  const given = texts.filter(([, text]) => text !== '');
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** For a request that may be sent twice. `crypto.randomUUID` is missing on plain HTTP. */
export const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join('-');

/** How a refused request can succeed after all, by the code of its problem. */
const REMEDIES = {
  invalid_token: (used) => used && (tokens !== used || refresh()),
  reauthentication_required: () => handlers.stepUp(),
};

/** @returns the answer, which is a success */
async function call(method, path, options = {}, remedied = []) {
  if (tokens && Date.now() > tokens.expiresAt - MARGIN) await refresh();
  const used = tokens;
  const answer = await send(method, path, options);
  if (answer.ok) return answer;
  const problem = await problemOf(answer);
  if (problem.status === 412) handlers.written(); // by another user
  const { code } = problem;
  if (remedied.includes(code) || !(await REMEDIES[code]?.(used))) throw problem;
  return call(method, path, options, [...remedied, code]);
}

function send(method, path, { body, headers, signal }) {
  const isFile = body instanceof Blob;
  const all = {
    Authorization: tokens && `Bearer ${tokens.access_token}`,
    'Content-Type': body && !isFile && 'application/json',
    ...headers,
  };
  const given = Object.entries(all).filter(([, value]) => value);
  const request = { method, signal, headers: given, body: isFile ? body : JSON.stringify(body) };
  return arrived(fetch(new URL(path, API), request), isFile);
}

/** Also after a change of what the tokens say. One at a time: a refresh token is for one use. */
export function refresh() {
  refreshing ??= refreshOnce().finally(() => (refreshing = undefined));
  return refreshing;
}

async function refreshOnce() {
  const { refresh_token } = tokens;
  const answer = await send('POST', 'auth/refresh', { body: { refresh_token } });
  if (answer.ok) return keep(await bodyOf(answer));
  if (answer.status === 401) {
    tokens = undefined;
    handlers.signedOut('Your session has ended. Please log in again.');
  }
  throw await problemOf(answer);
}

const keep = (pair) => (tokens = { ...pair, expiresAt: Date.now() + pair.expires_in * 1000 });

/** A problem document (RFC 9457) as an error. */
async function problemOf(answer) {
  const broken = ({ message }) => ({ detail: message, status: answer.status });
  const { detail, ...members } = await bodyOf(answer).catch(broken);
  const retryAfter = answer.headers.get('retry-after');
  return Object.assign(new Error(detail ?? 'The request failed.'), members, { retryAfter });
}

/** What is no JSON is from a proxy. */
const bodyOf = (answer) => arrived(answer.text().then((text) => JSON.parse(text || '{}')));

/** @throws Error in words, unless it was cancelled. A file that has changed cannot be sent. */
async function arrived(promise, isFile) {
  try {
    return await promise;
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    const more = isFile ? ' If the file has changed, choose it again.' : '';
    throw new Error(`The service cannot be reached. Try again.${more}`, { cause: error });
  }
}
