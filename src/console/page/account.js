/** The log-in, and the own account. */
import { renderSVG } from 'uqr';
import { get, handlers, remove, write } from './api.js';
import { Field, fields, Form, useValues } from './form.js';
import { html, useState } from './html.js';
import { begin, end, me, reload, renew, state, useGet } from './state.js';
import { Ask, ask, Button, Facts, List, Remove, tell, Title } from './ui.js';
import { show } from './values.js';

/** Six digits are a code of the app; what is longer is a recovery code. */
function Code() {
  const { otp, recovery_code: code = otp ?? '' } = useValues();
  const name = code.replace(/[\s-]/g, '').length > 8 ? 'recovery_code' : 'otp';
  return html`<${Field} name=${name} label="Code" value=${code} required autofocus
    hint="Six digits from your authenticator app, or a recovery code."
    autocomplete="one-time-code" />`;
}

export function LogIn() {
  const { reason } = state.session;
  const [isCodeNeeded, setCodeNeeded] = useState(false);
  const submit = (credentials) =>
    begin(credentials).catch((problem) => {
      if (problem.code !== 'mfa_required') throw problem;
      setCodeNeeded(true);
    });
  return html`<main class="container login"><article>
    <h1 class="brand">Customer console</h1>
    ${reason && html`<p class="note" role="status">${reason}</p>`}
    <${Form} action="Log in" onSubmit=${submit}>
      <${Field} name="login" label="Username, e-mail or mobile" required
        autocomplete="username" autocapitalize="none" />
      ${fields('password')}
      ${isCodeNeeded && html`<${Code} />`}
    <//>
    <${Ask} label="Forgot your password?" kind="link" title="Reset the password" action="Send"
      text="Enter your e-mail address. The message has a link to set a new password."
      onSubmit=${(body) => write('POST', 'auth/password/forgot', body)}
      done="If an account has this address, a message is on its way.">
      <${Field} name="email" autocomplete="email" required />
    <//>
  </article></main>`;
}

/** Asks for the password or code again. @returns whether the session is recent now */
handlers.stepUp = async () => {
  const { enabled } = await get('users/me/mfa');
  const proof = await ask({
    title: 'Confirm that it is you',
    text: 'This action needs a recent log-in.',
    isProof: true,
    children: enabled ? html`<${Code} />` : html`<${Field} name="password" autofocus />`,
    action: 'Continue',
    onSubmit: (body) => write('POST', 'auth/step-up', body),
  });
  return proof !== undefined;
};

const ME = ['name', 'username', 'email', 'mobile', 'role'];

export const Account = () => html`<${Title} title="My account">
    <${Ask} label="Change password" title="Change your password" action="Change"
      onSubmit=${(body) => write('PUT', 'users/me/password', body)}
      done="The password is changed. Your other sessions are revoked.">
      ${fields('old_password', 'new_password')}
    <//>
    <${Button} onPress=${() => end('all')}>Log out everywhere<//>
  <//>
  <article><${Facts} object=${me()} columns=${ME} /></article>
  <${Sessions} path="auth/sessions" canRevoke />
  <${SecondFactor} />`;

/** What people call it; the whole header is its tooltip. */
function deviceOf({ user_agent: agent }) {
  const [browser] = /Edg|Firefox|Chrome|Safari/.exec(agent) ?? [];
  const [system] = /Windows|Android|iPhone|iPad|Mac OS|Linux/.exec(agent) ?? [];
  const name = `${browser === 'Edg' ? 'Edge' : browser} on ${system}`;
  return html`<span title=${agent}>${browser && system ? name : show('user_agent', agent)}</span>`;
}

const SESSION = [['Device', deviceOf], 'ip', ['Logged in', 'created_at'], 'last_used_at'];
const REVOKE = ({ id, current }) =>
  current
    ? html`<span class="badge active">This one</span>`
    : html`<${Button} onPress=${() => remove(`auth/sessions/${id}`).finally(reload)}>Revoke<//>`;

/** Active sessions; with `canRevoke`, each of them can be revoked. */
export const Sessions = ({ path, canRevoke }) =>
  html`<${List} title="Sessions" path=${path} empty="No active session."
    columns=${canRevoke ? [...SESSION, ['Action', REVOKE]] : SESSION} />`;

/** The second factor of the own account; nothing where the service has none. */
function SecondFactor() {
  const { data } = useGet('users/me/mfa');
  if (!data) return null;
  if (!data.enabled) return html`<h2>Second factor</h2><${Enrol} />`;
  return html`<${Title} title="Second factor" level="2">
      <${Ask} label="New recovery codes" title="Create new recovery codes?" action="Create"
        text="The old ones are void." onDone=${tellCodes}
        onSubmit=${() => write('POST', 'users/me/mfa/recovery-codes')} />
      <${Remove} label="Switch off" path="users/me/mfa" title="Switch off the second factor?"
        text="Your other sessions are revoked." done="The second factor is off." />
    <//>
    <p>
      On since ${show('at', data.enabled_at)}. Recovery codes left: ${data.recovery_codes_left}.
    </p>`;
}

/** The only screen of a user whose role needs a second factor and who has none. */
export const MustEnrol = () => html`<h1>Welcome</h1>
  <p class="note">Your account needs a second factor before you can go on.</p>
  <${Enrol} onDone=${renew} />`;

function Enrol({ onDone }) {
  const enrol = async () => {
    const { otpauth_uri: uri, secret } = await write('POST', 'users/me/mfa/totp');
    const confirmed = await ask({
      title: 'Set up a second factor',
      text: html`<p>
          Scan the code with your authenticator app,
          ${' '}<a href=${uri}>open it on this device</a>, or type the key.
        </p>
        <div class="qr" role="img" aria-label="Code to scan" ...${codeOf(uri)} />
        <p class="secret"><code>${secret.match(/.{1,4}/g).join(' ')}</code></p>`,
      children: html`<${Field} name="otp" label="Code of the app" required
        autocomplete="one-time-code" inputmode="numeric" />`,
      action: 'Confirm',
      onSubmit: (body) => write('POST', 'users/me/mfa/totp/confirm', body),
    });
    if (confirmed) await tellCodes(confirmed).then(onDone);
  };
  return html`<p>An authenticator app on your phone shows a code that you type at log-in.</p>
    <${Button} kind="" onPress=${enrol}>Set up a second factor<//>`;
}

/** Dark on light in every colour scheme, as cameras expect it. */
const codeOf = (uri) => ({ dangerouslySetInnerHTML: { __html: renderSVG(uri, { border: 3 }) } });

const tellCodes = ({ recovery_codes: codes }) =>
  tell(
    'Recovery codes',
    html`<p>
        Each of them replaces the app once. They are shown only now: print them or save them in a
        safe place.
      </p>
      <ul class="codes">${codes.map((code) => html`<li key=${code}><code>${code}</code></li>`)}</ul>`,
    'I have saved them',
  );
