/** Forms, and the filters of lists. Fields inside of them are bound by their names. */
import { createContext } from 'preact';
import { useContext, useEffect, useId, useRef, useState } from 'preact/hooks';
import { html } from './html.js';
import { errorOf, replace, restOf, route } from './state.js';

const FormContext = createContext();

/** What went wrong, except for what the named fields say themselves. */
export function Trouble({ problem, names = new Set(), onRetry }) {
  const text = restOf(problem, names);
  if (!text) return null;
  return html`<div class="trouble" role="alert">
    <p>${text} ${problem.retryAfter && `Try again in ${problem.retryAfter} seconds.`}</p>
    ${problem.requestId && html`<small>Request ${problem.requestId}</small>`}
    ${onRetry && html`<button type="button" class="outline" onClick=${onRetry}>Try again</button>`}
  </div>`;
}

/** An input with its label, hint and error, or a menu of `options`: texts by value. */
export function Input({ label, hint, error, options, value = '', onValue, class: wide, ...more }) {
  const id = useId();
  const isBox = more.type === 'checkbox';
  const held = { checkbox: { checked: value }, file: {} }[more.type] ?? { value };
  const attributes = {
    id,
    'aria-describedby': `${id}-about`,
    'aria-invalid': error ? 'true' : undefined,
    onInput: ({ target }) => onValue(isBox ? target.checked : target.value),
    ...held,
    ...more,
  };
  const option = ([key, text]) =>
    html`<option key=${key} value=${key} selected=${key === value}>${text}</option>`;
  const control = options
    ? html`<select ...${attributes}>${Object.entries(options).map(option)}</select>`
    : html`<input ...${attributes} />`;
  const text = html`<label for=${id}>${label}</label>`;
  return html`<div class="field ${wide}">
    ${isBox ? [control, text] : [text, control]}
    <small id=${`${id}-about`}>${error && html`<span class="error" role="alert">${error}</span>`} ${hint}</small>
  </div>`;
}

/** The value of a field of the form, how to change it, and what the service says about it. */
export function useField(name, about = []) {
  const { values, problem, names, change } = useContext(FormContext);
  for (const each of [name, ...about]) names.add(each);
  const error = errorOf(problem, [name, ...about]);
  return { value: values[name], error, onValue: (value) => change({ [name]: value }) };
}

/** An input of a form. It also shows what the service says `about` fields of other names. */
export const Field = ({ name, about, ...input }) =>
  html`<${Input} name=${name} ...${useField(name, about)} ...${input} />`;

/** A checkbox for each of `choices`; the value is the list of those that are checked. */
export function Choices({ name, label, choices }) {
  const { value = [], error, onValue } = useField(name);
  const change = (choice, isChecked) =>
    onValue(choices.filter((each) => (each === choice ? isChecked : value.includes(each))));
  return html`<fieldset>
    <legend>${label}</legend>
    ${choices.map(
      (choice) =>
        html`<${Input} key=${choice} type="checkbox" label=${choice} value=${value.includes(choice)}
          onValue=${(isChecked) => change(choice, isChecked)} />`,
    )}
    ${error && html`<small class="error" role="alert">${error}</small>`}
  </fieldset>`;
}

/**
 * A form with its buttons. The children can depend on the values. `onSubmit` gets the values, and
 * whether the button `second` was pressed; `isReady` tells whether the values can be sent.
 */
export function Form({ initial = {}, action, second, isDanger, isReady, ...more }) {
  const { onSubmit, onCancel, cancel = 'Cancel', children } = more;
  const form = useRef();
  const [values, setValues] = useState(initial);
  const [problem, setProblem] = useState();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => form.current.querySelector('[aria-invalid]')?.focus(), [problem]);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    await onSubmit(values, event.submitter?.value === 'second').catch(setProblem);
    setBusy(false);
  };
  const names = new Set();
  const change = (changed) => setValues((old) => ({ ...old, ...changed }));
  return html`<form ref=${form} onSubmit=${submit}>
    <${FormContext.Provider} value=${{ values, problem, names, change }}>
      <div class="fields">${typeof children === 'function' ? children(values) : children}</div>
    <//>
    <${Trouble} ...${{ problem, names }} />
    <div class="actions">
      ${onCancel && html`<button type="button" class="outline secondary" onClick=${onCancel}>${cancel}</button>`}
      ${second && html`<button class="outline" value="second" disabled=${isBusy}>${second}</button>`}
      <button class=${isDanger && 'danger'} disabled=${isBusy || isReady?.(values) === false}>${action}</button>
    </div>
  </form>`;
}

/** Fields whose values are in the address. It follows the typing after a short rest. */
export function Filters({ screen, query, problem, children }) {
  const [typed, setTyped] = useState({});
  useEffect(() => {
    if (Object.keys(typed).length === 0) return undefined;
    const timer = setTimeout(() => {
      replace(screen, { ...route().query, ...typed });
      setTyped({});
    }, 250);
    return () => clearTimeout(timer);
  }, [typed]);
  const values = { ...query, ...typed };
  const names = new Set();
  const change = (changed) => setTyped((old) => ({ ...old, ...changed }));
  const clear = html`<button type="button" class="outline secondary" onClick=${() => replace(screen)}>
    Clear all filters
  </button>`;
  return html`<search><form onSubmit=${(event) => event.preventDefault()}>
    <${FormContext.Provider} value=${{ values, problem, names, change }}>
      <div class="fields">${children}</div>
    <//>
    <${Trouble} ...${{ problem, names }} />
    ${Object.values(query).some(Boolean) && clear}
  </form></search>`;
}
