/** Forms, and the filters of lists. Their fields are bound by their names. */
import { createContext } from 'preact';
import { html, useContext, useEffect, useId, useRef, useState } from './html.js';
import { newKey } from './api.js';
import { reload, replace, toast } from './state.js';
import { INPUTS, labelOf } from './values.js';

const FormContext = createContext();

const Plain = (more) => html`<button type="button" class="outline secondary" ...${more} />`;

/** What went wrong. */
export const Trouble = ({ problem, text = problem.message, onRetry }) => html`
  <div class="trouble" role="alert">
    <p>${text} ${problem.retryAfter && `Try again in ${problem.retryAfter} seconds.`}</p>
    ${problem.requestId && html`<small>Request ${problem.requestId}</small>`}
    ${onRetry && html`<${Plain} onClick=${onRetry}>Try again<//>`}
  </div>`;

/** Fields that the problems of these codes are about. */
const FIELDS_OF_CODE = {
  password_incorrect: ['old_password'],
  invalid_otp: ['otp', 'recovery_code'],
};

/** What a problem says about each field of the form, and the `text` that no field shows. */
function placed({ code = '', message, errors: all = [] }, form) {
  const find = (names) => names.find((name) => form.elements.namedItem(name));
  const about = find(FIELDS_OF_CODE[code] ?? [code.replace(/_taken$/, '')]);
  const errors = {};
  const rest = [];
  for (const error of about ? [{ parameter: about, detail: message }] : all) {
    const place = error.parameter ?? error.header ?? error.pointer?.slice(1) ?? '';
    const name = find([place, place.split('/')[0]]);
    if (!name) rest.push(`${place} ${error.detail}`);
    else errors[name] = [errors[name], place.slice(name.length + 1), error.detail].join(' ').trim();
  }
  const hasRest = rest.length > 0 || Object.keys(errors).length === 0;
  return { errors, text: hasRest && [message, ...rest].join(' ') };
}

/** What is typed: texts by name, and lists of texts where several inputs have one name. */
function valuesOf(form) {
  const data = new FormData(form);
  const isList = (name) => form.elements.namedItem(name) instanceof RadioNodeList;
  const names = [...new Set(data.keys())];
  return Object.fromEntries(
    names.map((name) => [name, isList(name) ? data.getAll(name) : data.get(name)]),
  );
}

/** The fields of a form, and what none of them says of a problem. `none`: see `INPUTS`. */
function Fields({ form, values, problem, none, onRetry, children }) {
  const isShown = problem && problem.name !== 'AbortError';
  const { errors, text } = isShown ? placed(problem, form.current) : { errors: {} };
  return html`<${FormContext.Provider} value=${{ values, errors, none }}>
      <div class="fields">${typeof children === 'function' ? children(values) : children}</div>
    <//>
    ${text && html`<${Trouble} ...${{ problem, text, onRetry }} />`}`;
}

export const useValues = () => useContext(FormContext).values;

/** An input with its label, hint and error, or a menu of `options`: texts by value. */
export function Field({ name, label = labelOf(name), value, error, ...given }) {
  const { values, errors, none } = useContext(FormContext);
  const { hint, options, none: first, ...more } = { ...INPUTS[name], ...given };
  const id = useId();
  const isBox = more.type === 'checkbox';
  const menu = { ...((none ?? first) && { '': none ?? first }), ...options };
  const text = error ?? errors[name];
  const held = value ?? values[name] ?? (options ? Object.keys(menu)[0] : '');
  const attributes = { id, name, value: held, 'aria-describedby': `${id}-about`, ...more };
  if (isBox) attributes.checked = [values[name]].flat().includes(value);
  if (text) attributes['aria-invalid'] = 'true';
  const option = ([key, shown]) => html`<option key=${key} value=${key}>${shown}</option>`;
  const control = options
    ? html`<select ...${attributes}>${Object.entries(menu).map(option)}</select>`
    : html`<input ...${attributes} />`;
  const caption = html`<label for=${id}>${label}</label>`;
  return html`<div class="field">
    ${isBox ? [control, caption] : [caption, control]}
    <small id=${`${id}-about`}>
      ${text && html`<span class="error" role="alert">${text}</span>`} ${hint}
    </small>
  </div>`;
}

/** A checkbox for each of `choices`. */
export function Choices({ name, choices }) {
  const error = useContext(FormContext).errors[name];
  const box = (choice) => html`<${Field} key=${choice} type="checkbox" error=""
    ...${{ name, label: choice, value: choice }} />`;
  return html`<fieldset>
    <legend>${labelOf(name)}</legend>
    ${choices.map(box)}
    ${error && html`<small class="error" role="alert">${error}</small>`}
  </fieldset>`;
}

/**
 * A form with its buttons. The children can depend on the values. `onSubmit` gets the values, a key
 * for requests, and whether the button `second` was pressed; `onDone` gets what it returned.
 */
export function Form({ initial = {}, action, second, isDanger, isReady, ...more }) {
  const { onSubmit, done, onDone, onCancel, cancel = 'Cancel', children } = more;
  const form = useRef();
  const sending = useRef();
  const [key] = useState(newKey);
  const [values, setValues] = useState(initial);
  const [problem, setProblem] = useState();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => form.current.querySelector('[aria-invalid]')?.focus(), [problem]);
  const send = async (isSecond) => {
    const result = await onSubmit?.(valuesOf(form.current), { isSecond, key });
    if (done) toast(done);
    return result ?? (isSecond ? 'second' : 'first');
  };
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    sending.current = send(event.submitter?.value === 'second');
    try {
      const result = await sending.current;
      onDone?.(result);
    } catch (error) {
      setProblem(error);
    }
    sending.current = undefined;
    setBusy(false);
  };
  const isOff = isBusy || isReady?.(values) === false;
  const type = () => setValues(valuesOf(form.current));
  return html`<form ref=${form} onSubmit=${submit} onInput=${type}>
    <${Fields} ...${{ form, values, problem, children }} />
    <div class="actions">
      ${onCancel && cancel && html`<${Plain} onClick=${() => onCancel(sending.current)}>${cancel}<//>`}
      ${second && html`<button class="outline" value="second" disabled=${isBusy}>${second}<//>`}
      <button class=${isDanger && 'outline danger'} disabled=${isOff}>${action}</button>
    </div>
  </form>`;
}

/** Fields whose values are in the address. It follows the typing after a short rest. */
export function Filters({ screen, query, problem, children }) {
  const form = useRef();
  const [typed, setTyped] = useState();
  useEffect(() => {
    const follow = () => {
      replace(screen, { ...query, ...typed });
      setTyped((last) => (last === typed ? undefined : last)); // a letter may follow just now
    };
    const timer = typed && setTimeout(follow, 250);
    return () => clearTimeout(timer);
  }, [typed]);
  const values = { ...query, ...typed };
  const type = () => setTyped(valuesOf(form.current));
  const clear = () => {
    setTyped(undefined);
    replace(screen);
  };
  const isAny = Object.values(query).some(Boolean);
  return html`<search>
    <form ref=${form} onInput=${type} onSubmit=${(event) => event.preventDefault()}>
      <${Fields} ...${{ form, values, problem, children }} none="All" onRetry=${reload} />
      ${isAny && html`<${Plain} onClick=${clear}>Clear all filters<//>`}
    </form>
  </search>`;
}
