import { useCallback, useEffect, useState } from 'preact/hooks';
import { get } from './api.js';

/** Reads when the inputs change; an answer that comes too late is dropped. */
export function useLoad(load, inputs) {
  const [state, setState] = useState({ isLoading: true });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    setState((old) => ({ ...old, isLoading: true, problem: undefined }));
    load(signal).then(
      (data) => signal.aborted || setState({ data, isLoading: false }),
      (problem) => signal.aborted || setState((old) => ({ ...old, problem, isLoading: false })),
    );
    return () => controller.abort();
  }, [...inputs, round]);
  const reload = useCallback(() => setRound((value) => value + 1), []);
  return { ...state, reload };
}

/** A list of the API, page after page. */
export function usePages(path, query) {
  const first = useLoad((signal) => get(path, query, signal), [JSON.stringify([path, query])]);
  const [more, setMore] = useState({ rows: [] });
  useEffect(() => setMore({ rows: [] }), [first.data]);
  const page = more.page ?? first.data?.page;
  const loadMore = async () => {
    setMore((old) => ({ ...old, isLoading: true, problem: undefined }));
    try {
      const next = await get(path, { ...query, cursor: page.next_cursor });
      setMore((old) => ({ rows: [...old.rows, ...next.data], page: next.page }));
    } catch (problem) {
      setMore((old) => ({ ...old, isLoading: false, problem }));
    }
  };
  const rows = first.data && [...first.data.data, ...more.rows];
  const problem = first.problem ?? more.problem;
  return { ...first, problem, rows, page, loadMore, isLoadingMore: more.isLoading };
}

/** The values of a form, what the service says about them, and a submit that runs once at a time. */
export function useForm(initial, send) {
  const [values, setValues] = useState(initial);
  const [problem, setProblem] = useState();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event) => {
    event?.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await send(values, event?.submitter?.value);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const bind = (name) => ({
    name,
    value: values[name] ?? '',
    error: errorOf(problem, name),
    onInput: ({ target }) => {
      const value = target.type === 'checkbox' ? target.checked : target.value;
      setValues((old) => ({ ...old, [name]: value }));
    },
  });
  return { values, setValues, problem, isBusy, submit, bind };
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

const nameIn = ({ pointer, parameter, header }) =>
  parameter ?? header ?? (pointer ?? '').replace('/', '');

const isAbout = (error, name) => nameIn(error) === name || nameIn(error).startsWith(`${name}/`);

/** What the service says about a field. */
export function errorOf(problem, name) {
  if (!problem) return undefined;
  if (FIELD_OF_CODE[problem.code] === name) return problem.message;
  const found = (problem.errors ?? []).filter((error) => isAbout(error, name));
  return found.length > 0 ? found.map(({ detail }) => detail).join(', ') : undefined;
}

/** What fields of that names do not show. @returns undefined when they show everything */
export function restOf(problem, names) {
  if (!problem || problem.name === 'AbortError') return undefined;
  if (names.includes(FIELD_OF_CODE[problem.code])) return undefined;
  const errors = problem.errors ?? [];
  const rest = errors.filter((error) => !names.some((name) => isAbout(error, name)));
  if (errors.length > 0 && rest.length === 0) return undefined;
  return [problem.message, ...rest.map((error) => `${nameIn(error)} ${error.detail}`)].join(' ');
}

/** The location after `#`: `#/customers/ID?q=x`. */
export function useRoute() {
  const [route, setRoute] = useState(currentRoute);
  useEffect(() => {
    const change = () => setRoute(currentRoute());
    addEventListener('hashchange', change);
    return () => removeEventListener('hashchange', change);
  }, []);
  return route;
}

function currentRoute() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { path: path.split('/'), query: Object.fromEntries(new URLSearchParams(query)) };
}

export function link(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== '' && value !== undefined);
  const text = new URLSearchParams(given).toString();
  return text === '' ? `#/${path}` : `#/${path}?${text}`;
}

export const go = (path, query) => {
  location.hash = link(path, query);
};

/** For filters: the way back leads to the screen before, not through each letter that was typed. */
export function replace(path, query) {
  history.replaceState(null, '', link(path, query));
  dispatchEvent(new HashChangeEvent('hashchange'));
}
