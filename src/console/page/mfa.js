import { useState } from 'preact/hooks';
import { encode } from 'uqr';
import { get, request, write } from './api.js';
import { reload as reloadSession } from './session.js';
import { useForm, useLoad } from './state.js';
import { Confirm, Field, html, Time, toast, Trouble } from './ui.js';

/** The second factor of the own account; nothing where the service has none. */
export function SecondFactor() {
  const { data, reload } = useLoad((signal) => get('users/me/mfa', {}, signal), []);
  const [codes, setCodes] = useState();
  const [asked, setAsked] = useState();
  if (codes)
    return html`<${Codes} codes=${codes} onDone=${() => (setCodes(undefined), reload())} />`;
  if (!data) return null;
  if (!data.enabled) return html`<${Enrolment} onDone=${reload} />`;
  const close = () => setAsked(undefined);
  return html`<section><h2>Second factor</h2>
    <p>On since <${Time} of=${data.enabled_at} />. Recovery codes left: ${data.recovery_codes_left}.</p>
    <div class="row"><button type="button" onClick=${() => setAsked('codes')}>New recovery codes</button>
      <button class="danger" type="button" onClick=${() => setAsked('off')}>Switch off</button></div>
    ${
      asked === 'codes' &&
      html`<${Confirm} title="Create new recovery codes?" action="Create" text="The old ones are void." onClose=${close}
      onConfirm=${async () => setCodes((await write('POST', 'users/me/mfa/recovery-codes')).recovery_codes)} />`
    }
    ${
      asked === 'off' &&
      html`<${Confirm} title="Switch off the second factor?" action="Switch off" text="Your other sessions are revoked." onClose=${close}
      onConfirm=${async () => (await request('DELETE', 'users/me/mfa'), toast('The second factor is off.'), reload())} />`
    }
  </section>`;
}

export function Enrolment({ isRequired = false, onDone }) {
  const [secret, setSecret] = useState();
  const [codes, setCodes] = useState();
  const start = useForm({}, async () => setSecret(await write('POST', 'users/me/mfa/totp')));
  const confirm = useForm({ otp: '' }, async ({ otp }) => {
    setCodes((await write('POST', 'users/me/mfa/totp/confirm', { otp })).recovery_codes);
  });
  const done = isRequired ? reloadSession : onDone;
  if (codes) return html`<${Codes} codes=${codes} onDone=${done} />`;
  return html`<section><h2>Second factor</h2>
    ${isRequired && html`<p class="note">Your account needs a second factor before you can go on.</p>`}
    ${
      !secret &&
      html`<p>An authenticator app on your phone shows a code that you type at log-in.</p>
      <${Trouble} problem=${start.problem} />
      <button class="primary" type="button" disabled=${start.isBusy} onClick=${start.submit}>Set up a second factor</button>`
    }
    ${
      secret &&
      html`<form class="card" onSubmit=${confirm.submit}>
      <p>Scan the code with your authenticator app, <a href=${secret.otpauth_uri}>open it on this device</a>, or type the key.</p>
      <${QrCode} text=${secret.otpauth_uri} />
      <p class="secret"><code>${secret.secret.match(/.{1,4}/g).join(' ')}</code></p>
      <${Field} label="Code of the app" autocomplete="one-time-code" inputmode="numeric" required ...${confirm.bind('otp')} />
      <${Trouble} problem=${confirm.problem} fields=${['otp']} />
      <div class="actions"><button class="primary" disabled=${confirm.isBusy}>Confirm</button></div>
    </form>`
    }
  </section>`;
}

function Codes({ codes, onDone }) {
  return html`<section class="card"><h2>Recovery codes</h2>
    <p>Each of them replaces the app once. They are shown only now: print them or save them in a safe place.</p>
    <ul class="codes">${codes.map((code) => html`<li key=${code}><code>${code}</code></li>`)}</ul>
    <div class="actions"><button class="primary" type="button" onClick=${onDone}>I have saved them</button></div>
  </section>`;
}

/** Dark on light in every colour scheme, as cameras expect it. */
function QrCode({ text }) {
  const { data, size } = encode(text, { ecc: 'L', border: 3 });
  const squares = data.map((row, y) =>
    row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')),
  );
  return html`<svg class="qr" viewBox=${`0 0 ${size} ${size}`} role="img" aria-label="Code to scan">
    <path d=${squares.flat().join('')} />
  </svg>`;
}
