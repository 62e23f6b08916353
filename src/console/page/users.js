import { useState } from 'preact/hooks';
import { newKey, read, request, write } from './api.js';
import { ROLES, USER_STATUSES } from './constants.js';
import { Keys } from './keys.js';
import { can, me, nameOfUser } from './session.js';
import { Sessions } from './sessions.js';
import { menu, words } from './format.js';
import { go, link, replace, useForm, useLoad, usePages } from './state.js';
import {
  Actions,
  Badge,
  Confirm,
  Facts,
  Field,
  html,
  Loading,
  Table,
  Time,
  toast,
  Trouble,
} from './ui.js';

const KINDS = { active: 'good', pending: 'busy', disabled: 'bad' };

const COLUMNS = {
  Name: (row) => html`<a href=${link(`users/${row.id}`)}>${nameOfUser(row)}</a>`,
  Username: (row) => row.username ?? '—',
  'E-mail': (row) => row.email ?? '—',
  Role: (row) => words(row.role),
  Status: (row) => html`<${Badge} kind=${KINDS[row.status]}>${words(row.status)}<//>`,
};

export function Users({ query }) {
  const { q, ...filters } = query;
  const [typed, setTyped] = useState(q ?? '');
  const search = typed.trim();
  const list = usePages('users', { ...filters, q: search.length > 2 ? search : '' });
  const bind = (name) => ({
    value: query[name] ?? '',
    onChange: ({ target }) => replace('users', { ...query, [name]: target.value }),
  });
  return html`<div class="title"><h1>Users</h1><a class="button primary" href="#/users/new">New user</a></div>
    <form class="filters" role="search" onSubmit=${(event) => event.preventDefault()}>
      <${Field} class="wide" label="Search username, name, e-mail" type="search" value=${typed} onInput=${({ target }) => setTyped(target.value)} />
      <${Field} label="Role" options=${menu(ROLES, 'All')} ...${bind('role')} />
      <${Field} label="Status" options=${menu(USER_STATUSES, 'All')} ...${bind('status')} />
      ${can('keys:admin') && html`<${Field} label="Kind" options=${menu(['person', 'service'], 'All')} ...${bind('kind')} />`}
    </form>
    <${Table} caption="Users" columns=${COLUMNS} rows=${list.rows} list=${list} empty="No user matches." />`;
}

const BODY_OF_KIND = {
  person: ['username', 'email', 'mobile', 'name', 'role', 'password'],
  service: ['username', 'name', 'role'],
};

export function NewUser() {
  const [key] = useState(newKey);
  const form = useForm({ kind: 'person', role: 'user' }, async ({ kind, ...values }) => {
    const names = BODY_OF_KIND[kind].filter((name) => values[name]);
    const body = Object.fromEntries(names.map((name) => [name, values[name]]));
    if (kind === 'service') body.kind = kind;
    const { id } = await write('POST', 'users', body, { 'Idempotency-Key': key });
    toast('The account is created.');
    go(`users/${id}`);
  });
  const { bind, values } = form;
  const isPerson = values.kind === 'person';
  const roles = ROLES.filter((role) => isPerson || role !== 'admin');
  return html`<p><a href="#/users">← Users</a></p><h1>New user</h1>
    <form class="card" onSubmit=${form.submit}>
      <div class="grid">
        ${can('keys:admin') && html`<${Field} label="Kind" options=${{ person: 'Person', service: 'Service account' }} ...${bind('kind')} />`}
        <${Field} label="Username" autocomplete="off" ...${bind('username')} />
        <${Field} label="Name" ...${bind('name')} />
        ${
          isPerson &&
          html`<${Field} label="E-mail" type="email" ...${bind('email')} />
          <${Field} label="Mobile" type="tel" ...${bind('mobile')} />`
        }
        <${Field} label="Role" options=${menu(roles)} ...${bind('role')} />
        ${
          isPerson &&
          html`<${Field} label="First password" type="password" autocomplete="new-password" ...${bind('password')}
          hint="Without one, send a reset link after this." />`
        }
      </div>
      <${Trouble} problem=${form.problem} fields=${BODY_OF_KIND.person} />
      <${Actions} form=${form} label="Create" onCancel=${() => go('users')} />
    </form>`;
}

/** What an admin can do to another account, each after a question. */
const QUESTIONS = {
  reset: {
    title: 'Send a reset link?',
    action: 'Send',
    text: 'The user gets a message with a link to set a new password.',
    done: 'The reset link is sent.',
    run: ({ id }) =>
      write('POST', `users/${id}/password-reset`, undefined, { 'Idempotency-Key': newKey() }),
  },
  sessions: {
    title: 'Revoke all sessions?',
    action: 'Revoke',
    text: 'The user is logged out everywhere, at once.',
    done: 'All sessions are revoked.',
    run: ({ id }) => request('DELETE', `users/${id}/sessions`),
  },
  mfa: {
    title: 'Reset the second factor?',
    action: 'Reset',
    text: 'For a lost device. The user is logged out, and then logs in with the password alone.',
    done: 'The second factor is reset.',
    run: ({ id }) => request('DELETE', `users/${id}/mfa`),
  },
  delete: {
    title: 'Delete this account?',
    action: 'Delete',
    text: 'This cannot be undone. The username and addresses become free.',
    done: 'The account is deleted.',
    run: async ({ id }, etag) => {
      await request('DELETE', `users/${id}`, { headers: { 'If-Match': etag } });
      go('users');
    },
  },
};

export function User({ id }) {
  const { data, problem, reload } = useLoad((signal) => read(`users/${id}`, signal), [id]);
  const [asked, setAsked] = useState();
  if (problem) return html`<h1>User</h1><${Trouble} problem=${problem} onRetry=${reload} />`;
  if (!data) return html`<${Loading} />`;
  const { object: user, etag } = data;
  const isPerson = user.kind !== 'service';
  const isOther = id !== me().id;
  const question = QUESTIONS[asked];
  const confirm = async () => {
    await question.run(user, etag);
    toast(question.done);
    reload();
  };
  const saved = () => {
    toast('The account is saved.');
    reload();
  };
  const button = (key, label, kind) =>
    html`<button class=${kind} type="button" onClick=${() => setAsked(key)}>${label}</button>`;
  return html`<p><a href="#/users">← Users</a></p>
    <div class="title">
      <h1>${nameOfUser(user)}</h1>
      ${isPerson && button('reset', 'Send a reset link')}
      ${isPerson && button('sessions', 'Revoke sessions')}
      ${isPerson && isOther && button('mfa', 'Reset second factor')}
      ${isOther && button('delete', 'Delete', 'danger')}
    </div>
    <${UserForm} user=${user} etag=${etag} key=${user.version} onSaved=${saved} />
    ${isPerson ? html`<${Sessions} path=${`users/${id}/sessions`} key=${data} />` : html`<${Keys} userId=${id} />`}
    <p><a href=${link('audit', { actor_id: id })}>Audit events of this account</a></p>
    ${question && html`<${Confirm} ...${question} onConfirm=${confirm} onClose=${() => setAsked(undefined)} />`}`;
}

function UserForm({ user, etag, onSaved }) {
  const { name, role, status } = user;
  const form = useForm({ name, role, status }, async (values) => {
    const all = Object.entries(values).map(([field, value]) => [field, value || null]);
    const changed = all.filter(([field, value]) => value !== user[field]);
    const body = Object.fromEntries(changed);
    if (changed.length > 0) await write('PATCH', `users/${user.id}`, body, { 'If-Match': etag });
    onSaved();
  });
  const facts = { Username: user.username, 'E-mail': user.email, Mobile: user.mobile };
  return html`<form class="card" onSubmit=${form.submit}>
    <${Facts} of=${{ ...facts, Created: html`<${Time} of=${user.created_at} />` }} />
    <div class="grid">
      <${Field} label="Name" ...${form.bind('name')} />
      <${Field} label="Role" options=${menu(ROLES)} ...${form.bind('role')} />
      <${Field} label="Status" options=${menu(USER_STATUSES)} ...${form.bind('status')} />
    </div>
    <p class="quiet">Another role or status logs the user out everywhere.</p>
    <${Trouble} problem=${form.problem} fields=${['name', 'role', 'status']} />
    <div class="actions"><button class="primary" disabled=${form.isBusy}>Save</button></div>
  </form>`;
}
