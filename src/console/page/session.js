import { get, logIn, logOut, refresh } from './api.js';
import { html } from './html.js';
import { useLoad } from './state.js';

/** Who is logged in and what they may do; without a user before the log-in. */
let session = {};
let names = {};
let watcher;

function change(next) {
  session = next;
  watcher(next);
}

/** @param watch gets the session each time it changes */
export const watchSession = (watch) => (watcher = watch);

/** The page asks the API what the user may do, and shows nothing else. */
export const can = (permission) => session.permissions?.includes(permission) ?? false;
export const me = () => session.user;

export async function begin(credentials) {
  const pair = await logIn(credentials);
  await load(pair.mfa_enrolment_required);
}

/** After a change of the own account or its second factor. */
export async function reload() {
  await refresh();
  await load();
}

async function load(mustEnrol) {
  const [{ permissions }, user] = await Promise.all([get('auth/token'), get('users/me')]);
  change({ permissions, user, mustEnrol });
}

export async function end(scope) {
  await logOut(scope);
  forget();
}

export function forget(reason) {
  names = {};
  change({ reason });
}

export const nameOfUser = (user) => user.name ?? user.username ?? user.email ?? user.mobile;

/** The name of the account that acted. */
export function Who({ id }) {
  const isKnown = id && can('users:read');
  const { data } = useLoad(async () => {
    if (isKnown) names[id] ??= get(`users/${id}`).then(nameOfUser, () => undefined);
    return names[id];
  }, [id]);
  return id ? html`<span title=${id}>${data ?? `account ${id.slice(-6)}`}</span>` : 'the service';
}
