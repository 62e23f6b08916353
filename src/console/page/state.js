/** What the page depends on: who is logged in, the address, and what is read from the API. */
import { get, handlers, logIn, logOut, refresh, withQuery } from './api.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from './html.js';

/**
 * `session` has no user before the log-in. `round` increases when everything is read again, `visit`
 * when the address changes other than by typing in filters.
 */
export const state = {
  session: {},
  dialogs: [],
  round: 0,
  visit: 0,
  route: routeOf(location.hash),
};

let draw;
/** @param chosen draws the page */
export const onChange = (chosen) => (draw = chosen);

export function change(changes) {
  Object.assign(state, changes);
  draw();
}

/** Reads what is on the screen again. */
export function reload() {
  names = {};
  change({ round: state.round + 1 });
}

handlers.written = reload;

/** A short message, for some milliseconds. Screen readers read it out. */
export function toast(message, time = 6_000) {
  change({ toast: message });
  setTimeout(() => state.toast === message && change({ toast: undefined }), time);
}

/** The location after `#`: `#/customers/ID?q=x`. */
function routeOf(hash) {
  const [path, query] = hash.replace(/^#\/?/, '').split('?');
  return { path, query: Object.fromEntries(new URLSearchParams(query)) };
}

/** Dialogs close with the screen that has opened them, except those that show something once. */
export function followAddress(visit) {
  const route = routeOf(location.hash);
  const isSame = route.path === state.route.path;
  if (!isSame) names = {};
  const dialogs = state.dialogs.filter(({ cancel }) => isSame || cancel === null);
  change({ route, visit, dialogs });
}

export const link = (path, query) => `#/${withQuery(path, query)}`;

export const go = (path) => {
  location.hash = link(path);
};

/** For filters: the way back leads to the screen before, not through each letter that was typed. */
export function replace(path, query, visit = state.visit) {
  history.replaceState(null, '', link(path, query));
  followAddress(visit);
}

/** Loads when the inputs change; an answer that comes too late is dropped. */
export function useLoad(load, inputs) {
  const [found, setFound] = useState({});
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    load(signal).then(
      (data) => signal.aborted || setFound({ data }),
      (problem) => signal.aborted || setFound(({ data }) => ({ data, problem })),
    );
    return () => controller.abort();
  }, inputs);
  return { ...found, setFound };
}

/** An object or a list of the API, which `reload` reads again. */
export const useGet = (path, query, load = get) =>
  useLoad((signal) => load(path, query, signal), [withQuery(path, query), state.round]);

/** @returns a reference to an element that takes the focus if what has it is removed from it */
export function useKeptFocus() {
  const element = useRef();
  const hadFocus = element.current?.contains(document.activeElement);
  useLayoutEffect(() => {
    if (hadFocus && document.activeElement === document.body) element.current.focus();
  });
  return element;
}

/** What the page asks the API: what the user may do. It shows nothing else. */
export const can = (permission) => state.session.permissions?.includes(permission) ?? false;
export const me = () => state.session.user;

export const begin = async (credentials) => load(await logIn(credentials));

/** After a change of the own account or its second factor. */
export const renew = async () => load(await refresh());

async function load({ mfa_enrolment_required: mustEnrol }) {
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

/** The names on the screen by account. Each is read once, and again with the rest of the screen. */
let names = {};

/** The name of the account that acted. */
export function Who({ id }) {
  const load = async () => {
    if (id && can('users:read')) names[id] ??= get(`users/${id}`).then(nameOfUser, () => undefined);
    return names[id];
  };
  const { data } = useLoad(load, [id, state.round]);
  return id ? html`<span title=${id}>${data ?? `account ${id.slice(-6)}`}</span>` : 'the service';
}
