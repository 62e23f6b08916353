/** Forms, and the filters of lists. Their fields are bound by their names. */
import { createContext } from 'preact';
import { VALUES } from './constants.js';
import { html, useContext, useEffect, useId, useRef, useState } from './html.js';
import { newKey } from './api.js';
import { reload, replace, state, toast } from './state.js';
import { INPUTS, labelOf, MENUS } from './values.js';

const FormContext = createContext();

const Plain = (more) => html`<button type="button" class="outline secondary" ...${more} />`;

const placeOf = ({ parameter, header, pointer = '' }) => parameter ?? header ?? pointer.slice(1);

/** What went wrong. `errors` are what no field shows. */
export const Trouble = ({ problem, errors = problem.errors ?? [], onRetry }) => html`
  <div class="trouble" role="alert">
    <p>${problem.message} ${problem.retryAfter && `Try again in ${problem.retryAfter} seconds.`}</p>
    ${errors.map((error) => html`<p key=${placeOf(error)}>${placeOf(error)} ${error.detail}</p>`)}
    ${problem.request_id && html`<small>Request ${problem.request_id}</small>`}
    ${onRetry && html`<${Plain} onClick=${onRetry}>Try again<//>`}
  </div>`;

/** Fields that the problems of these codes are about. */
const FIELDS_OF_CODE = {
  password_incorrect: ['old_password'],
  invalid_otp: ['otp', 'recovery_code'],
};

/** What a problem says: the texts of fields of the form by name, and the `rest`. */
function placed({ code = '', message, errors = [] }, { elements }) {
  const find = (names) => names.find((name) => elements.namedItem(name));
  const about = find(FIELDS_OF_CODE[code] ?? [code.replace(/_taken$/, '')]);
  const texts = {};
  const rest = [];
  for (const error of about ? [{ parameter: about, detail: message }] : errors) {
    const place = placeOf(error);
    const name = find([place, place.split('/')[0]]);
    if (!name) rest.push(error);
    else texts[name] = [texts[name], place.slice(name.length + 1), error.detail].join(' ').trim();
  }
  return { texts, rest };
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

/** The fields of a form, and what none of them says of a problem. `none`: see `Field`. */
function Fields({ form, values, problem, none, onRetry, children }) {
  const isShown = problem && form.current && problem.name !== 'AbortError';
  const { texts, rest } = isShown ? placed(problem, form.current) : { texts: {}, rest: [] };
  const isRest = isShown && (rest.length > 0 || Object.keys(texts).length === 0);
  return html`<${FormContext.Provider} value=${{ values, texts, none }}>
      <div class="fields">${typeof children === 'function' ? children(values) : children}</div>
    <//>
    ${isRest && html`<${Trouble} ...${{ problem, errors: rest, onRetry }} />`}`;
}

export const useValues = () => useContext(FormContext).values;

/**
 * An input with its label, hint and error, or a menu of `options`: texts by value. `none` is the
 * text of no choice. What is not given is the same for each field of this name.
 */
export function Field({ name, value, ...given }) {
  const { values, texts, none: noFilter } = useContext(FormContext);
  const all = { options: MENUS[name], ...INPUTS[name], ...given };
  const { label = labelOf(name), hint, options, none, ...more } = all;
  const id = useId();
  const first = noFilter ?? none;
  const menu = { ...(first && { '': first }), ...options };
  const held = value ?? values[name] ?? (options ? Object.keys(menu)[0] : '');
  const error = texts[name];
  const attributes = { id, name, value: held, 'aria-describedby': `${id}-about`, ...more };
  if (error) attributes['aria-invalid'] = 'true';
  const option = ([key, shown]) => html`<option key=${key} value=${key}>${shown}</option>`;
  const choices = options && Object.entries(menu).map(option);
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <${choices ? 'select' : 'input'} ...${attributes}>${choices}<//>
    <small id=${`${id}-about`}>
      ${error && html`<span class="error" role="alert">${error}</span>`} ${hint}
    </small>
  </div>`;
}

/** Fields that need nothing but their names; those that are not are left out. */
export const fields = (...names) =>
  names.filter(Boolean).map((name) => html`<${Field} key=${name} name=${name} />`);

/** A checkbox for each value that the field can hold. */
export function Choices({ name }) {
  const { values, texts } = useContext(FormContext);
  const error = texts[name];
  const box = (value) => html`<label key=${value}>
    <input type="checkbox" ...${{ name, value }} checked=${values[name]?.includes(value)} /> ${value}
  </label>`;
  return html`<fieldset>
    <legend>${labelOf(name)}</legend>
    ${VALUES[name].map(box)}
    ${error && html`<small class="error" role="alert">${error}</small>`}
  </fieldset>`;
}

/**
 * A form with its buttons. The children can depend on the values. `onSubmit` gets the values, a key
 * for requests, and whether the button `second` was pressed; `onDone` gets what it returned.
 */
export function Form({ initial = {}, action, second, isDanger, isReady, children, ...more }) {
  const { onSubmit, done, onDone, cancel = 'Cancel', onCancel } = more;
  const form = useRef();
  const sending = useRef();
  const [key] = useState(newKey);
  const [values, setValues] = useState(initial);
  const [{ isBusy, problem }, setOutcome] = useState({});
  useEffect(() => form.current.querySelector('[aria-invalid]')?.focus(), [problem]);
  const send = async (isSecond) => {
    const result = await onSubmit?.(valuesOf(form.current), { isSecond, key });
    if (done) toast(done);
    return result ?? (isSecond ? 'second' : 'first');
  };
  const submit = async (event) => {
    event.preventDefault();
    setOutcome({ isBusy: true });
    sending.current = send(event.submitter?.value === 'second');
    try {
      const result = await sending.current;
      setOutcome({});
      onDone?.(result);
    } catch (failure) {
      setOutcome({ problem: failure });
    }
    sending.current = undefined;
  };
  const isOff = isBusy || isReady?.(values) === false;
  const leave = () => onCancel(sending.current);
  return html`<form ref=${form} onSubmit=${submit} onInput=${() => setValues(valuesOf(form.current))}>
    <${Fields} ...${{ form, values, problem, children }} />
    <div class="actions">
      ${onCancel && cancel && html`<${Plain} onClick=${leave}>${cancel}<//>`}
      ${second && html`<button class="outline" value="second" disabled=${isBusy}>${second}<//>`}
      <button class=${isDanger && 'outline danger'} disabled=${isOff}>${action}</button>
    </div>
  </form>`;
}

/** Fields whose values are in the address, which follows the typing after a short rest. */
export function Filters({ screen, query, problem, children }) {
  const form = useRef();
  const [values, setValues] = useState(query);
  useEffect(() => {
    const timer = values !== query && setTimeout(() => replace(screen, values), 250);
    return () => clearTimeout(timer);
  }, [values]);
  const type = () => setValues(valuesOf(form.current));
  const clear = () => replace(screen, {}, state.visit + 1);
  const isAny = Object.values(query).some(Boolean);
  return html`<search>
    <form ref=${form} onInput=${type} onSubmit=${(event) => event.preventDefault()}>
      <${Fields} ...${{ form, values, problem, children }} none="All" onRetry=${reload} />
      ${isAny && html`<${Plain} onClick=${clear}>Clear all filters<//>`}
    </form>
  </search>`;
}
