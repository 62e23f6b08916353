import { useState } from 'preact/hooks';
import { get, write } from './api.js';
import { Field, Form } from './form.js';
import { html, ICON } from './html.js';
import { begin } from './session.js';
import { Ask, ask } from './ui.js';

/** Six digits are a code of the app; what is longer is a recovery code. */
const factorOf = (text) =>
  text.replace(/[\s-]/g, '').length > 8 ? { recovery_code: text } : { otp: text };

const Code =
  () => html`<${Field} name="code" label="Code" about=${['otp', 'recovery_code']} required autofocus
  hint="Six digits from your authenticator app, or a recovery code." autocomplete="one-time-code" />`;

export const Password = ({ name = 'password', label = 'Password', isNew = false, ...more }) =>
  html`<${Field} name=${name} label=${label} type="password" ...${more}
    autocomplete=${isNew ? 'new-password' : 'current-password'} />`;

export function LogIn({ reason }) {
  const [isCodeNeeded, setCodeNeeded] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const submit = async ({ login, password, code }) => {
    try {
      await begin({ login, password, ...(code && factorOf(code)) });
    } catch (problem) {
      const isCodeMissing = problem.code === 'mfa_required';
      setCodeNeeded((old) => old || isCodeMissing);
      setFailed(!isCodeMissing);
      if (!isCodeMissing) throw problem;
    }
  };
  return html`<main class="login"><article>
    <img src=${ICON} alt="" width="48" height="48" />
    <h1>Customer console</h1>
    ${reason && html`<p class="note" role="status">${reason}</p>`}
    <${Form} action="Log in" onSubmit=${submit}>
      <${Field} name="login" label="Username, e-mail or mobile" autocomplete="username" autocapitalize="none" required />
      <${Password} required />
      ${isCodeNeeded && html`<${Code} />`}
    <//>
    ${hasFailed && html`<${ForgottenPassword} />`}
  </article></main>`;
}

/** The answer is the same whether or not an account has the address. */
const ForgottenPassword = () =>
  html`<${Ask} label="Forgot your password?" kind="link" title="Reset the password" action="Send"
    text="Enter your e-mail address. The message has a link to set a new password."
    onSubmit=${(body) => write('POST', 'auth/password/forgot', body)}
    done="If an account has this address, a message is on its way.">
    <${Field} name="email" label="E-mail" type="email" autocomplete="email" required />
  <//>`;

/** Asks for the password or code again. @returns whether the session is recent now */
export async function stepUp() {
  const { enabled } = await get('users/me/mfa');
  const proof = await ask({
    title: 'Confirm that it is you',
    text: 'This action needs a recent log-in.',
    children: enabled ? html`<${Code} />` : html`<${Password} required autofocus />`,
    action: 'Continue',
    onSubmit: ({ code, password }) =>
      write('POST', 'auth/step-up', enabled ? factorOf(code) : { password }),
  });
  return proof !== undefined;
}
