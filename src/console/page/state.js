import { useEffect, useState } from 'preact/hooks';
import { get, withQuery } from './api.js';

/** Reads when the inputs change; an answer that comes too late is dropped. */
export function useLoad(load, inputs) {
  const [state, setState] = useState({ isLoading: true });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const settle = (change) => signal.aborted || setState((old) => ({ ...old, ...change }));
    settle({ isLoading: true, problem: undefined });
    load(signal).then(
      (data) => settle({ data, isLoading: false }),
      (problem) => settle({ problem, isLoading: false }),
    );
    return () => controller.abort();
  }, [...inputs, round]);
  return { ...state, setState, reload: () => setRound((old) => old + 1) };
}

/** A list of the API, page after page. Spaces around what was typed are left out. */
export function usePages(path, parameters = {}) {
  const trimmed = Object.entries(parameters).map(([name, value]) => [
    name,
    `${value ?? ''}`.trim(),
  ]);
  const query = Object.fromEntries(trimmed);
  const list = useLoad((signal) => get(path, query, signal), [JSON.stringify([path, query])]);
  const { data: first, setState } = list;
  const loadMore = async () => {
    const next = await get(path, { ...query, cursor: first.page.next_cursor });
    const data = { ...next, data: [...first.data, ...next.data] };
    setState((old) => (old.data === first ? { ...old, data } : old)); // another list meanwhile
  };
  return { ...list, rows: first?.data, page: first?.page, loadMore };
}

/** Fields that a problem is about, when it does not list them. */
const FIELD_OF_CODE = {
  username_taken: 'username',
  email_taken: 'email',
  mobile_taken: 'mobile',
  external_id_taken: 'external_id',
  password_incorrect: 'old_password',
  invalid_otp: 'otp',
};

const placeOf = ({ pointer = '/', parameter, header }) => parameter ?? header ?? pointer.slice(1);
const isAbout = (error, names) => names.has(placeOf(error).split('/')[0]);

/** What the service says about the fields of these names. */
export function errorOf(problem, names) {
  if (names.includes(FIELD_OF_CODE[problem?.code])) return problem.message;
  const errors = (problem?.errors ?? []).filter((error) => isAbout(error, new Set(names)));
  const textOf = (error) => [...placeOf(error).split('/').slice(1), error.detail].join(' ');
  return errors.map(textOf).join(', ');
}

/** What the fields of these names do not show. @returns undefined when they show everything */
export function restOf(problem, names) {
  if (!problem || problem.name === 'AbortError') return undefined;
  if (names.has(FIELD_OF_CODE[problem.code])) return undefined;
  const errors = problem.errors ?? [];
  const rest = errors.filter((error) => !isAbout(error, names));
  if (errors.length > 0 && rest.length === 0) return undefined;
  return [problem.message, ...rest.map((error) => `${placeOf(error)} ${error.detail}`)].join(' ');
}

/** The location after `#`: `#/customers/ID?q=x`. */
export function route() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  return { path: path.split('/'), query: Object.fromEntries(new URLSearchParams(query)) };
}

export function useRoute() {
  const [current, setCurrent] = useState(route);
  useEffect(() => addEventListener('hashchange', () => setCurrent(route())), []);
  return current;
}

export const link = (path, query) => `#/${withQuery(path, query)}`;

export const go = (path) => {
  location.hash = link(path);
};

/** For filters: the way back leads to the screen before, not through each letter that was typed. */
export function replace(path, query) {
  history.replaceState(null, '', link(path, query));
  dispatchEvent(new HashChangeEvent('hashchange'));
}
