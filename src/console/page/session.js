import { useEffect, useState } from 'preact/hooks';
import { get, logIn, logOut, renew } from './api.js';
import { html } from './ui.js';

/** Who is logged in and what they may do; without a user before the log-in. */
let session = {};
const watchers = new Set();

function change(next) {
  session = next;
  for (const watch of watchers) watch(next);
}

export function useSession() {
  const [current, setCurrent] = useState(session);
  useEffect(() => {
    watchers.add(setCurrent);
    return () => watchers.delete(setCurrent);
  }, []);
  return current;
}

/** The page asks the API what the user may do, and shows nothing else. */
export const can = (permission) => session.permissions?.includes(permission) ?? false;
export const me = () => session.user;

export async function begin(credentials) {
  const pair = await logIn(credentials);
  await load({ mustEnrol: pair.mfa_enrolment_required === true });
}

/** After a change of the own account or its second factor. */
export async function reload() {
  await renew();
  await load({ mustEnrol: false });
}

async function load(more) {
  const [token, user] = await Promise.all([get('auth/token'), get('users/me')]);
  change({ permissions: token.permissions, role: token.role, user, ...more });
}

export async function end(scope) {
  await logOut(scope).catch((error) => {
    if (error.status !== 401) throw error;
  });
  forget();
}

export function forget(reason) {
  known.clear();
  change({ reason });
}

const known = new Map();

/** The name of the account that acted. */
export function Who({ id }) {
  const [name, setName] = useState();
  useEffect(() => {
    setName(undefined);
    if (!id || !can('users:read')) return;
    if (!known.has(id))
      known.set(
        id,
        get(`users/${id}`).then(nameOfUser, () => undefined),
      );
    let isCurrent = true;
    known.get(id).then((found) => isCurrent && setName(found));
    return () => (isCurrent = false);
  }, [id]);
  if (!id) return 'the service';
  if (!name) return html`<span title=${id}>account ${id.slice(-6)}</span>`;
  return html`<span title=${id}>${name}</span>`;
}

export const nameOfUser = (user) => user.name ?? user.username ?? user.email ?? user.mobile;
