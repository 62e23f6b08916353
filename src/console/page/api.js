/** Calls the public API as the user. The tokens live in the memory of this module only. */

const API = new URL('../api/v1/', import.meta.url);
/** Milliseconds before its end at which an access token is no longer used. */
const MARGIN = 30_000;

let tokens;
let refreshing;
let handlers;

/** A problem document (RFC 9457), or that the service cannot be reached. */
class Problem extends Error {
  constructor({ detail, title, code, status, request_id: requestId, errors = [] }, retryAfter) {
    super(detail ?? title ?? 'The request failed.');
    Object.assign(this, { code, status, requestId, errors, retryAfter });
  }
}

/** @param {{signedOut: (reason: string) => void, stepUp: () => Promise<boolean>}} chosen */
export const onSession = (chosen) => (handlers = chosen);

/** @returns the token pair as the API answered it */
export async function logIn(credentials) {
  return keep(await write('POST', 'auth/login', credentials));
}

export async function logOut(scope) {
  try {
    await request('POST', withQuery('auth/logout', { scope }));
  } catch (problem) {
    if (problem.status !== 401) throw problem;
  }
  tokens = undefined;
}

/** For a page that is closed: the tokens are lost with it, so the session should not stay. */
export function logOutInBackground() {
  const body = { refresh_token: tokens?.refresh };
  if (tokens) send('POST', 'auth/logout', { body, keepalive: true }).catch(() => undefined);
  tokens = undefined;
}

/** @returns the response, which is a success */
export async function request(method, path, options = {}) {
  const response = await authorized(method, path, options);
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.code !== 'reauthentication_required' || !(await handlers.stepUp())) throw problem;
  return request(method, path, options);
}

export async function get(path, query, signal) {
  return parsed(await (await request('GET', withQuery(path, query), { signal })).text());
}

/** An object with the `ETag` that a later write of it needs. */
export async function read(path, signal) {
  const response = await request('GET', path, { signal });
  return { object: await response.json(), etag: response.headers.get('etag') };
}

export async function write(method, path, body, headers) {
  return parsed(await (await request(method, path, { body, headers })).text());
}

/** Sends a file with its progress, which `fetch` does not tell. */
export async function upload(path, file, headers, onProgress, signal) {
  if (isOld()) await refresh();
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('POST', new URL(path, API));
    for (const [name, value] of Object.entries({ ...authorization(), ...headers })) {
      sending.setRequestHeader(name, value);
    }
    sending.upload.onprogress = onProgress;
    sending.onload = () => {
      const answer = parsed(sending.responseText);
      if (sending.status < 300) resolve(answer);
      else reject(new Problem(answer));
    };
    sending.onerror = () => reject(unreachable());
    sending.onabort = () => reject(new DOMException('Cancelled', 'AbortError'));
    signal.addEventListener('abort', () => sending.abort());
    sending.send(file);
  });
}

/** Saves an answer as a file, under the name that the service gives it, or else under `name`. */
export async function download(path, query, name) {
  const response = await request('GET', withQuery(path, query));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  const disposition = response.headers.get('content-disposition');
  link.download = /filename="([^"]+)"/.exec(disposition)?.[1] ?? name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Parameters without a value are left out. */
export function withQuery(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => (value ?? '') !== '');
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** For a request that may be sent twice. `crypto.randomUUID` is missing on plain HTTP. */
export function newKey() {
  return { 'Idempotency-Key': crypto.getRandomValues(new Uint32Array(4)).join('-') };
}

async function authorized(method, path, options) {
  if (isOld()) await refresh();
  const used = tokens?.access;
  const response = await send(method, path, options);
  if (response.status !== 401 || used === undefined) return response;
  if ((await problemOf(response.clone())).code !== 'invalid_token') return response;
  if (tokens?.access === used) await refresh();
  return send(method, path, options);
}

async function send(method, path, { body, headers, ...more }) {
  const type = body && { 'Content-Type': 'application/json' };
  const init = { method, headers: { ...authorization(), ...type, ...headers }, ...more };
  try {
    return await fetch(new URL(path, API), { ...init, body: JSON.stringify(body) });
  } catch (error) {
    throw error.name === 'AbortError' ? error : unreachable();
  }
}

/** Also after a change of what the tokens say. One at a time: a refresh token is for one use. */
export function refresh() {
  refreshing ??= refreshOnce().finally(() => (refreshing = undefined));
  return refreshing;
}

async function refreshOnce() {
  const response = await send('POST', 'auth/refresh', { body: { refresh_token: tokens?.refresh } });
  if (response.ok) return keep(await response.json());
  const problem = await problemOf(response);
  if (problem.status === 401) {
    tokens = undefined;
    handlers.signedOut('Your session has ended. Please log in again.');
  }
  throw problem;
}

function keep(pair) {
  const expiresAt = Date.now() + pair.expires_in * 1000;
  tokens = { access: pair.access_token, refresh: pair.refresh_token, expiresAt };
  return pair;
}

const isOld = () => tokens !== undefined && Date.now() > tokens.expiresAt - MARGIN;

const authorization = () => tokens && { Authorization: `Bearer ${tokens.access}` };

async function problemOf(response) {
  return new Problem(parsed(await response.text()), response.headers.get('retry-after'));
}

function parsed(text) {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return { title: 'The answer cannot be read.' };
  }
}

const unreachable = () =>
  new Problem({ code: 'unreachable', detail: 'The service cannot be reached. Try again.' });
