import { useState } from 'preact/hooks';
import { get, write } from './api.js';
import { begin } from './session.js';
import { errorOf, useForm } from './state.js';
import { Dialog, Field, html, ICON, Trouble } from './ui.js';

/** Six digits are a code of the app; what is longer is a recovery code. */
const factorOf = (text) =>
  text.replace(/[\s-]/g, '').length > 8 ? { recovery_code: text } : { otp: text };

const FACTORS = ['otp', 'recovery_code'];

function CodeField({ form }) {
  const error = errorOf(form.problem, 'otp') ?? errorOf(form.problem, 'recovery_code');
  return html`<${Field} label="Code" hint="Six digits from your authenticator app, or a recovery code."
    autocomplete="one-time-code" required autofocus ...${form.bind('code')} error=${error} />`;
}

export function LogIn({ reason }) {
  const [isCodeNeeded, setCodeNeeded] = useState(false);
  const form = useForm({ login: '', password: '', code: '' }, async ({ login, password, code }) => {
    try {
      await begin({ login, password, ...(isCodeNeeded && factorOf(code)) });
    } catch (problem) {
      if (problem.code !== 'mfa_required') throw problem;
      setCodeNeeded(true);
    }
  });
  return html`<main class="login">
    <form onSubmit=${form.submit} aria-labelledby="title">
      <img src=${ICON} alt="" width="48" height="48" />
      <h1 id="title">Customer console</h1>
      ${reason && html`<p class="note" role="status">${reason}</p>`}
      <${Field} label="Username, e-mail or mobile" autocomplete="username" required autocapitalize="none" ...${form.bind('login')} />
      <${Field} label="Password" type="password" autocomplete="current-password" required ...${form.bind('password')} />
      ${isCodeNeeded && html`<${CodeField} form=${form} />`}
      <${Trouble} problem=${form.problem} fields=${['login', 'password', ...FACTORS]} />
      <button class="primary" disabled=${form.isBusy}>Log in</button>
    </form>
  </main>`;
}

let open = () => undefined;

/** Asks for the password or code again. @returns whether the session is recent now */
export const askStepUp = () => new Promise((resolve) => open({ resolve }));

export function StepUp() {
  const [waiting, setWaiting] = useState();
  open = setWaiting;
  if (!waiting) return null;
  const close = (isRecent) => {
    setWaiting(undefined);
    waiting.resolve(isRecent);
  };
  return html`<${Dialog} title="Confirm that it is you" onClose=${() => close(false)}>
    <${StepUpForm} onClose=${close} />
  <//>`;
}

function StepUpForm({ onClose }) {
  const [isEnabled, setEnabled] = useState();
  if (isEnabled === undefined) {
    get('users/me/mfa').then(
      ({ enabled }) => setEnabled(enabled),
      () => setEnabled(false),
    );
  }
  const form = useForm({ password: '', code: '' }, async ({ password, code }) => {
    await write('POST', 'auth/step-up', isEnabled ? factorOf(code) : { password });
    onClose(true);
  });
  return html`<form onSubmit=${form.submit}>
    <p>This action needs a recent log-in.</p>
    ${isEnabled === true && html`<${CodeField} form=${form} />`}
    ${
      isEnabled === false &&
      html`<${Field} label="Password" type="password" autocomplete="current-password" required autofocus ...${form.bind('password')} />`
    }
    <${Trouble} problem=${form.problem} fields=${['password', ...FACTORS]} />
    <div class="actions">
      <button type="button" onClick=${() => onClose(false)}>Cancel</button>
      <button class="primary" disabled=${form.isBusy || isEnabled === undefined}>Continue</button>
    </div>
  </form>`;
}
