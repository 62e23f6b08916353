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

/** A problem document (RFC 9457), or that the service cannot be reached. */
class Problem extends Error {
  constructor({ detail, title, code, status, request_id: requestId, errors = [] }, retryAfter) {
    super(detail ?? title ?? 'The request failed.');
    Object.assign(this, { code, status, requestId, errors, retryAfter });
  }
}

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
  versions.set(object, answer.getResponseHeader('etag'));
  return object;
}

/** @param of the object as it was read: another version of it is not overwritten */
export async function write(method, path, body, { of, key, headers, ...more } = {}) {
  const own = { 'If-Match': of && versions.get(of), 'Idempotency-Key': key, ...headers };
  const answer = await call(method, path, { body, headers: own, ...more });
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
  link.href = URL.createObjectURL(answer.response);
  const header = answer.getResponseHeader('content-disposition');
  link.download = /filename="([^"]+)"/.exec(header)?.[1] ?? name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Parameters without a value are left out. */
export function withQuery(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => (value ?? '') !== '');
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** For a request that may be sent twice. `crypto.randomUUID` is missing on plain HTTP. */
export const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join('-');

/** @returns the answer, which is a success */
async function call(method, path, options = {}) {
  const answer = await authorized(method, path, options);
  if (answer.status < 300) return answer;
  const problem = new Problem(await bodyOf(answer), answer.getResponseHeader('retry-after'));
  if (problem.status === 412) handlers.written(); // by another user
  if (problem.code !== 'reauthentication_required' || !(await handlers.stepUp())) throw problem;
  return call(method, path, options);
}

async function authorized(method, path, options) {
  if (tokens && Date.now() > tokens.expiresAt - MARGIN) await refresh();
  const used = tokens;
  const answer = await send(method, path, options);
  if (answer.status !== 401 || !used) return answer;
  if ((await bodyOf(answer)).code !== 'invalid_token') return answer;
  if (tokens === used) await refresh();
  return send(method, path, options);
}

/** `fetch` does not tell the progress of an upload. */
function send(method, path, { body, headers, signal, onProgress }) {
  signal?.throwIfAborted();
  const isFile = body instanceof Blob;
  const sending = new XMLHttpRequest();
  sending.open(method, new URL(path, API));
  sending.responseType = 'blob';
  const all = {
    Authorization: tokens && `Bearer ${tokens.access_token}`,
    'Content-Type': body && !isFile && 'application/json',
    ...headers,
  };
  for (const [name, value] of Object.entries(all)) if (value) sending.setRequestHeader(name, value);
  if (onProgress) sending.upload.onprogress = onProgress;
  signal?.addEventListener('abort', () => sending.abort());
  return new Promise((resolve, reject) => {
    sending.onload = () => resolve(sending);
    sending.onerror = () => reject(new Problem(isFile ? UNSENT : UNREACHABLE));
    sending.onabort = () => reject(new DOMException('Cancelled', 'AbortError'));
    sending.send(isFile ? body : JSON.stringify(body));
  });
}

const UNREACHABLE = { detail: 'The service cannot be reached. Try again.' };
/** A browser does not send a file that was changed after it was chosen. */
const UNSENT = { detail: 'The file could not be sent. Choose it again, and try again.' };

/** Also after a change of what the tokens say. One at a time: a refresh token is for one use. */
export function refresh() {
  refreshing ??= refreshOnce().finally(() => (refreshing = undefined));
  return refreshing;
}

async function refreshOnce() {
  const { refresh_token } = tokens;
  const answer = await send('POST', 'auth/refresh', { body: { refresh_token } });
  const body = await bodyOf(answer);
  if (answer.status < 300) return keep(body);
  if (answer.status === 401) {
    tokens = undefined;
    handlers.signedOut('Your session has ended. Please log in again.');
  }
  throw new Problem(body);
}

const keep = (pair) => (tokens = { ...pair, expiresAt: Date.now() + pair.expires_in * 1000 });

/** @throws Problem if it is no JSON: it is from a proxy */
async function bodyOf(answer) {
  const text = await answer.response.text();
  try {
    return JSON.parse(text || '{}');
  } catch {
    throw new Problem(UNREACHABLE, answer.getResponseHeader('retry-after'));
  }
}
