/** Calls the public API as the user. The tokens live in the memory of this module only. */

const API = new URL('../api/v1/', import.meta.url);
/** Milliseconds before its end at which an access token is no longer used. */
const MARGIN = 30_000;

let tokens;
let refreshing;
let handlers = { signedOut: () => undefined, stepUp: () => Promise.resolve(false) };

/** A problem document (RFC 9457), or that the service cannot be reached. */
class Problem extends Error {
  constructor(document, retryAfter) {
    super(document.detail ?? document.title ?? 'The request failed.');
    Object.assign(this, { code: document.code, status: document.status, retryAfter });
    this.requestId = document.request_id;
    this.errors = document.errors ?? [];
  }
}

/** @param {{signedOut: (reason: string) => void, stepUp: () => Promise<boolean>}} chosen */
export function onSession(chosen) {
  handlers = chosen;
}

/** @returns the token pair as the API answered it */
export async function logIn(credentials) {
  const pair = await json(await send('POST', 'auth/login', { body: credentials }));
  keep(pair);
  return pair;
}

export async function logOut(scope = 'session') {
  const response = await authorized('POST', withQuery('auth/logout', { scope }), {});
  if (scope === 'others') return check(response);
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
  try {
    return await check(await authorized(method, path, options));
  } catch (error) {
    if (error.code !== 'reauthentication_required' || !(await handlers.stepUp())) throw error;
    return request(method, path, options);
  }
}

export async function get(path, query, signal) {
  return json(await request('GET', withQuery(path, query), { signal }));
}

/** An object with the `ETag` that a later write of it needs. */
export async function read(path, signal) {
  const response = await request('GET', path, { signal });
  return { object: await response.json(), etag: response.headers.get('etag') };
}

export async function write(method, path, body, headers) {
  return json(await request(method, path, { body, headers }));
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
    sending.upload.onprogress = ({ loaded, total }) => onProgress({ loaded, total });
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

/** Saves an answer as a file, under the name that the service gives it. */
export async function download(path, query, fallback) {
  const response = await request('GET', withQuery(path, query));
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = name ?? fallback;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Empty parameters are left out; an object becomes `name[key]`. */
export function withQuery(path, query = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    parameters.set(name, value);
  }
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}

/** For a request that may be sent twice. `crypto.randomUUID` is missing on plain HTTP. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
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
  const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const init = { method, headers: { ...authorization(), ...type, ...headers }, ...more };
  if (body !== undefined) init.body = JSON.stringify(body);
  try {
    return await fetch(new URL(path, API), init);
  } catch (error) {
    throw error.name === 'AbortError' ? error : unreachable();
  }
}

/** One refresh at a time: a refresh token is for one use. */
function refresh() {
  refreshing ??= refreshOnce().finally(() => (refreshing = undefined));
  return refreshing;
}

async function refreshOnce() {
  const body = { refresh_token: tokens?.refresh };
  const response = await send('POST', 'auth/refresh', { body });
  try {
    keep(await json(await check(response)));
  } catch (error) {
    if (error.status !== 401) throw error;
    tokens = undefined;
    handlers.signedOut('Your session has ended. Please log in again.');
    throw error;
  }
}

/** After a change of what the tokens say, such as the enrolment of a second factor. */
export const renew = refresh;

function keep(pair) {
  const expiresAt = Date.now() + pair.expires_in * 1000;
  tokens = { access: pair.access_token, refresh: pair.refresh_token, expiresAt };
}

function isOld() {
  return tokens !== undefined && Date.now() > tokens.expiresAt - MARGIN;
}

function authorization() {
  return tokens ? { Authorization: `Bearer ${tokens.access}` } : {};
}

async function check(response) {
  if (response.ok) return response;
  throw await problemOf(response);
}

async function problemOf(response) {
  return new Problem(parsed(await response.text()), response.headers.get('retry-after'));
}

async function json(response) {
  const text = await (await check(response)).text();
  return text === '' ? undefined : JSON.parse(text);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { title: 'The answer cannot be read.' };
  }
}

function unreachable() {
  return new Problem({ code: 'unreachable', detail: 'The service cannot be reached. Try again.' });
}
