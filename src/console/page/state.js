/** What the page depends on: who is logged in, the address, and what is read from the API. */
import { get, handlers, logIn, logOut, refresh, withQuery } from './api.js';
import { html, useEffect, useState } from './html.js';

/** What the whole page depends on. `session` has no user before the log-in. */
export const state = { session: {}, dialogs: [], route: routeOf(location.hash), round: 0 };

let draw;
/** @param chosen draws the page */
export const onChange = (chosen) => (draw = chosen);

export function change(changes) {
  Object.assign(state, changes);
  draw();
}

/** Reads what is on the screen again. */
export const reload = () => change({ round: state.round + 1 });

handlers.written = reload;

/** A short message; screen readers read it out. */
export function toast(text, role) {
  const shown = { text, role };
  change({ toast: shown });
  setTimeout(() => state.toast === shown && change({ toast: undefined }), 6_000);
}

/** The location after `#`: `#/customers/ID?q=x`. */
function routeOf(hash) {
  const [path, query] = hash.replace(/^#\/?/, '').split('?');
  return { path, query: Object.fromEntries(new URLSearchParams(query)) };
}

/** Dialogs close with the screen that has opened them, except those that show something once. */
export function followAddress() {
  const route = routeOf(location.hash);
  const isSame = route.path === state.route.path;
  change({ route, dialogs: state.dialogs.filter(({ cancel }) => isSame || cancel === null) });
}

export const link = (path, query) => `#/${withQuery(path, query)}`;

export const go = (path) => {
  location.hash = link(path);
};

/** For filters: the way back leads to the screen before, not through each letter that was typed. */
export function replace(path, query) {
  history.replaceState(null, '', link(path, query));
  followAddress();
}

/** Loads when the inputs change; an answer that comes too late is dropped. */
export function useLoad(load, inputs) {
  const [found, setFound] = useState({ isLoading: true });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const settle = (news) => signal.aborted || setFound((old) => ({ ...old, ...news }));
    settle({ isLoading: true, problem: undefined });
    load(signal).then(
      (data) => settle({ data, isLoading: false }),
      (problem) => settle({ problem, isLoading: false }),
    );
    return () => controller.abort();
  }, [...inputs, round]);
  return { ...found, setFound, again: () => setRound(round + 1) };
}

/** An object or a list of the API, which `reload` reads again. */
export const useGet = (path, query, load = get) =>
  useLoad((signal) => load(path, query, signal), [withQuery(path, query), state.round]);

/** Parameters without the spaces around what was typed. */
export const trimmed = (parameters) =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, `${value ?? ''}`.trim()]),
  );

/** A list of the API, page after page. */
export function usePages(path, parameters = {}) {
  const query = trimmed(parameters);
  const list = useGet(path, query);
  const { data: first, setFound } = list;
  const loadMore = async () => {
    const next = await get(path, { ...query, cursor: first.page.next_cursor });
    const data = { ...next, data: [...first.data, ...next.data] };
    setFound((old) => (old.data === first ? { ...old, data } : old)); // another list meanwhile
  };
  return { ...list, loadMore };
}

let names = {};

/** The page asks the API what the user may do, and shows nothing else. */
export const can = (permission) => state.session.permissions?.includes(permission) ?? false;
export const me = () => state.session.user;

export async function begin(credentials) {
  const pair = await logIn(credentials);
  await load(pair.mfa_enrolment_required);
}

/** After a change of the own account or its second factor. */
export async function renew() {
  await refresh();
  await load();
}

async function load(mustEnrol) {
  const [{ permissions }, user] = await Promise.all([get('auth/token'), get('users/me')]);
  change({ session: { permissions, user, mustEnrol } });
}

export async function end(scope) {
  await logOut(scope);
  forget();
}

export function forget(reason) {
  names = {};
  change({ session: { reason }, dialogs: [] });
}

handlers.signedOut = forget;

export const nameOfUser = (user) => user.name ?? user.username ?? user.email ?? user.mobile;

/** The name of the account that acted. */
export function Who({ id }) {
  const { data } = useLoad(async () => {
    if (id && can('users:read')) names[id] ??= get(`users/${id}`).then(nameOfUser, () => undefined);
    return names[id];
  }, [id]);
  return id ? html`<span title=${id}>${data ?? `account ${id.slice(-6)}`}</span>` : 'the service';
}
