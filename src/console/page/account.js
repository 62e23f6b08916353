import { useState } from 'preact/hooks';
import { encode } from 'uqr';
import { get, request, write } from './api.js';
import { Field, Form } from './form.js';
import { html } from './html.js';
import { Password } from './login.js';
import { end, me, reload as reloadSession } from './session.js';
import { useLoad } from './state.js';
import { Ask, ask, Button, Facts, List, tell, toast } from './ui.js';
import { show } from './values.js';

const ME = {
  Name: 'name',
  Username: 'username',
  'E-mail': 'email',
  Mobile: 'mobile',
  Role: 'role',
};

export function Account() {
  const [round, setRound] = useState(0); // another round is an empty form
  const changePassword = async (body) => {
    await write('PUT', 'users/me/password', body);
    setRound(round + 1);
    toast('The password is changed. Your other sessions are revoked.');
  };
  return html`<h1>My account</h1>
    <article><${Facts} of=${me()} columns=${ME} /></article>
    <${Sessions} path="auth/sessions" canRevoke />
    <${Button} onPress=${() => end('all')}>Log out everywhere<//>
    <${SecondFactor} />
    <h2>Password</h2>
    <article><${Form} key=${round} action="Change password" onSubmit=${changePassword}>
      <${Password} name="old_password" label="Present password" required />
      <${Password} name="new_password" label="New password" isNew required />
    <//></article>`;
}

/** What people call it; the whole header is its tooltip. */
function deviceOf({ user_agent: agent }) {
  const [browser] = /Edg|Firefox|Chrome|Safari/.exec(agent) ?? [];
  const [system] = /Windows|Android|iPhone|iPad|Mac OS|Linux/.exec(agent) ?? [];
  const name = `${browser === 'Edg' ? 'Edge' : browser} on ${system}`;
  return html`<span title=${agent}>${browser && system ? name : show('user_agent', agent)}</span>`;
}

/** Active sessions; with `canRevoke`, each of them can be revoked. */
export function Sessions({ path, canRevoke = false }) {
  const columns = (reload) => ({
    Device: deviceOf,
    IP: 'ip',
    'Logged in': 'created_at',
    'Last used': 'last_used_at',
    ...(canRevoke && {
      Action: ({ id, current }) =>
        current
          ? html`<span class="badge good">This one</span>`
          : html`<${Button} onPress=${() => request('DELETE', `auth/sessions/${id}`).finally(reload)}>Revoke<//>`,
    }),
  });
  return html`<${List} title="Sessions" ...${{ path, columns }} empty="No active session." />`;
}

/** The second factor of the own account; nothing where the service has none. */
function SecondFactor() {
  const { data, reload } = useLoad((signal) => get('users/me/mfa', {}, signal), []);
  if (!data) return null;
  if (!data.enabled) return html`<h2>Second factor</h2><${Enrol} onDone=${reload} />`;
  return html`<h2>Second factor</h2>
    <p>On since ${show('at', data.enabled_at)}. Recovery codes left: ${data.recovery_codes_left}.</p>
    <div class="row">
      <${Ask} label="New recovery codes" title="Create new recovery codes?" action="Create"
        text="The old ones are void." onSubmit=${() => write('POST', 'users/me/mfa/recovery-codes')} onDone=${(created) => tellCodes(created).then(reload)} />
      <${Ask} label="Switch off" kind="outline danger" title="Switch off the second factor?" isDanger
        text="Your other sessions are revoked." onSubmit=${() => request('DELETE', 'users/me/mfa')}
        done="The second factor is off." onDone=${reload} />
    </div>`;
}

/** The only screen of a user whose role needs a second factor and who has none. */
export const MustEnrol = () => html`<h1>Welcome</h1>
  <p class="note">Your account needs a second factor before you can go on.</p>
  <${Enrol} onDone=${reloadSession} />`;

function Enrol({ onDone }) {
  const enrol = async () => {
    const { otpauth_uri: uri, secret } = await write('POST', 'users/me/mfa/totp');
    const confirmed = await ask({
      title: 'Set up a second factor',
      text: html`<p>Scan the code with your authenticator app, <a href=${uri}>open it on this device</a>, or type the key.</p>
        <${QrCode} text=${uri} />
        <p class="secret"><code>${secret.match(/.{1,4}/g).join(' ')}</code></p>`,
      children: html`<${Field} name="otp" label="Code of the app" autocomplete="one-time-code" inputmode="numeric" required />`,
      action: 'Confirm',
      onSubmit: (body) => write('POST', 'users/me/mfa/totp/confirm', body),
    });
    if (confirmed) await tellCodes(confirmed).then(onDone);
  };
  return html`<p>An authenticator app on your phone shows a code that you type at log-in.</p>
    <${Button} kind="" onPress=${enrol}>Set up a second factor<//>`;
}

const tellCodes = ({ recovery_codes: codes }) =>
  tell(
    'Recovery codes',
    html`<p>Each of them replaces the app once. They are shown only now: print them or save them in a safe place.</p>
      <ul class="plain codes">${codes.map((code) => html`<li key=${code}><code>${code}</code></li>`)}</ul>`,
    'I have saved them',
  );

/** Dark on light in every colour scheme, as cameras expect it. */
function QrCode({ text }) {
  const { data, size } = encode(text, { ecc: 'L', border: 3 });
  const square = (isDark, x, y) => (isDark ? `M${x} ${y}h1v1h-1z` : '');
  const squares = data.flatMap((row, y) => row.map((isDark, x) => square(isDark, x, y)));
  return html`<svg class="qr" viewBox=${`0 0 ${size} ${size}`} role="img" aria-label="Code to scan">
    <path d=${squares.join('')} />
  </svg>`;
}
