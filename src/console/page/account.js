import { write } from './api.js';
import { SecondFactor } from './mfa.js';
import { end, me } from './session.js';
import { Sessions } from './sessions.js';
import { words } from './format.js';
import { useForm } from './state.js';
import { Facts, Field, html, toast, Trouble } from './ui.js';

export function Account() {
  const { name, username, email, mobile, role } = me();
  const facts = {
    Name: name,
    Username: username,
    'E-mail': email,
    Mobile: mobile,
    Role: words(role),
  };
  return html`<h1>My account</h1>
    <section class="card"><${Facts} of=${facts} /></section>
    <${Sessions} path="auth/sessions" canRevoke />
    <p><button type="button" onClick=${() => end('all')}>Log out everywhere</button></p>
    <${SecondFactor} />
    <${Password} />`;
}

function Password() {
  const form = useForm({}, async ({ old_password, new_password }) => {
    await write('PUT', 'users/me/password', { old_password, new_password });
    form.setValues({});
    toast('The password is changed. Your other sessions are revoked.');
  });
  return html`<section><h2>Password</h2>
    <form class="card" onSubmit=${form.submit}>
      <div class="grid">
        <${Field} label="Present password" type="password" autocomplete="current-password" required ...${form.bind('old_password')} />
        <${Field} label="New password" type="password" autocomplete="new-password" required ...${form.bind('new_password')} />
      </div>
      <${Trouble} problem=${form.problem} fields=${['old_password', 'new_password']} />
      <div class="actions"><button class="primary" disabled=${form.isBusy}>Change password</button></div>
    </form>
  </section>`;
}
