import { useState } from 'preact/hooks';
import { Sessions } from './account.js';
import { newKey, read, request, write } from './api.js';
import { ROLES, SCOPES, USER_STATUSES } from './constants.js';
import { Choices, Field, Form } from './form.js';
import { html } from './html.js';
import { Password } from './login.js';
import { can, me, nameOfUser, Who } from './session.js';
import { go, link, useLoad } from './state.js';
import { Ask, Facts, List, tellSecret, toast, Waiting } from './ui.js';
import { menu, show } from './values.js';

const COLUMNS = {
  Name: (row) => html`<a href=${link(`users/${row.id}`)}>${nameOfUser(row)}</a>`,
  Username: 'username',
  'E-mail': 'email',
  Role: 'role',
  Status: 'status',
};
const KINDS = { person: 'Person', service: 'Service account' };
const BACK = html`<p><a href="#/users">← Users</a></p>`;

export function Users({ query }) {
  const parameters = { ...query, q: query.q?.trim().length > 2 ? query.q : '' };
  const buttons = () => html`<a class="button" href="#/users/new">New user</a>`;
  return html`<${List} title="Users" level="1" screen="users" path="users" columns=${COLUMNS}
    ...${{ query, parameters, buttons }} empty="No user matches.">
    <${Field} name="q" label="Search username, name, e-mail" type="search" class="wide" />
    <${Field} name="role" label="Role" options=${menu(ROLES, 'All')} />
    <${Field} name="status" label="Status" options=${menu(USER_STATUSES, 'All')} />
    ${can('keys:admin') && html`<${Field} name="kind" label="Kind" options=${{ '': 'All', ...KINDS }} />`}
  <//>`;
}

export function NewUser() {
  const [key] = useState(newKey);
  const create = async ({ kind, username, name, role, ...person }) => {
    const all = { username, name, role, ...(kind === 'person' ? person : { kind }) };
    const body = Object.fromEntries(Object.entries(all).filter(([, value]) => value));
    const { id } = await write('POST', 'users', body, key);
    toast('The account is created.');
    go(`users/${id}`);
  };
  const fields = ({ kind }) => {
    const isPerson = kind === 'person';
    const roles = ROLES.filter((role) => isPerson || role !== 'admin');
    return html`${can('keys:admin') && html`<${Field} name="kind" label="Kind" options=${KINDS} />`}
      <${Field} name="username" label="Username" autocomplete="off" />
      <${Field} name="name" label="Name" />
      ${isPerson && html`<${Field} name="email" label="E-mail" type="email" />`}
      ${isPerson && html`<${Field} name="mobile" label="Mobile" type="tel" />`}
      <${Field} name="role" label="Role" options=${menu(roles)} />
      ${isPerson && html`<${Password} label="First password" isNew hint="Without one, send a reset link after this." />`}`;
  };
  return html`${BACK}<h1>New user</h1>
    <article><${Form} initial=${{ kind: 'person', role: 'user' }} action="Create" onSubmit=${create} onCancel=${() => go('users')}>
      ${fields}
    <//></article>`;
}

const FACTS = { Username: 'username', 'E-mail': 'email', Mobile: 'mobile', Created: 'created_at' };

export function User({ id }) {
  const path = `users/${id}`;
  const { data, problem, reload } = useLoad((signal) => read(path, signal), [id]);
  if (problem || !data) return html`<${Waiting} ...${{ problem, reload }} />`;
  const { object: user, etag } = data;
  const isPerson = user.kind !== 'service';
  const headers = { 'If-Match': etag };
  const save = async (values) => {
    const all = Object.entries(values).map(([name, value]) => [name, value || null]);
    const patch = Object.fromEntries(all.filter(([name, value]) => value !== user[name]));
    if (Object.keys(patch).length > 0) await write('PATCH', path, patch, headers);
    toast('The account is saved.');
    reload();
  };
  const { name, role, status } = user;
  return html`${BACK}
    <div class="title"><h1>${nameOfUser(user)}</h1><${Buttons} ...${{ user, path, headers, isPerson }} onDone=${reload} /></div>
    <article>
      <${Facts} of=${user} columns=${FACTS} />
      <${Form} key=${etag} initial=${{ name, role, status }} action="Save" onSubmit=${save}>
        <${Field} name="name" label="Name" />
        <${Field} name="role" label="Role" options=${menu(ROLES)} hint="Another role or status logs the user out everywhere." />
        <${Field} name="status" label="Status" options=${menu(USER_STATUSES)} />
      <//>
    </article>
    ${isPerson && html`<${Sessions} path=${`${path}/sessions`} key=${data} />`}
    ${!isPerson && can('keys:admin') && html`<${Keys} path=${`${path}/keys`} />`}
    <p><a href=${link('audit', { actor_id: id })}>Audit events of this account</a></p>`;
}

/** What an admin can do to an account, each after a question. */
function Buttons({ user, path, headers, isPerson, onDone }) {
  const isOther = user.id !== me().id;
  const sendLink = () => write('POST', `${path}/password-reset`, undefined, newKey());
  return html`
    ${
      isPerson &&
      html`<${Ask} label="Send a reset link" title="Send a reset link?" action="Send"
        text="The user gets a message with a link to set a new password." onSubmit=${sendLink} done="The reset link is sent." />
      <${Ask} label="Revoke sessions" title="Revoke all sessions?" action="Revoke" text="The user is logged out everywhere, at once."
        onSubmit=${() => request('DELETE', `${path}/sessions`)} done="All sessions are revoked." onDone=${onDone} />`
    }
    ${
      isPerson &&
      isOther &&
      html`<${Ask} label="Reset second factor" title="Reset the second factor?" action="Reset"
        text="For a lost device. The user is logged out, and then logs in with the password alone."
        onSubmit=${() => request('DELETE', `${path}/mfa`)} done="The second factor is reset." onDone=${onDone} />`
    }
    ${
      isOther &&
      html`<${Ask} label="Delete" kind="outline danger" title="Delete this account?" isDanger
        text="This cannot be undone. The username and addresses become free."
        onSubmit=${() => request('DELETE', path, { headers })} done="The account is deleted." onDone=${() => go('users')} />`
    }`;
}

/** The API keys of a service account. */
function Keys({ path }) {
  const create = ({ name, expiry, scopes = [] }) =>
    write('POST', path, { name, scopes, expires_at: expiry && `${expiry}T00:00:00.000Z` });
  const buttons = (reload) => html`<${Ask} label="New key" kind="" title="New key" action="Create"
    onSubmit=${create} onDone=${({ key }) => tellSecret('The new key', key).then(reload)}>
    <${Field} name="name" label="Name" required maxlength="100" />
    <${Field} name="expiry" label="Expires" type="date" about=${['expires_at']} hint="By default after 90 days." />
    <${Choices} name="scopes" label="Scopes" choices=${SCOPES} />
  <//>`;
  const columns = (reload) => ({
    Name: 'name',
    'Begins with': ({ prefix }) => html`<code>${prefix}</code>`,
    Scopes: 'scopes',
    Created: (row) =>
      html`${show('created_at', row.created_at)} by <${Who} id=${row.created_by} />`,
    Expires: 'expires_at',
    'Last used': 'last_used_at',
    Action: ({
      id,
      name,
    }) => html`<${Ask} label="Revoke" kind="outline danger" title=${`Revoke ${name}?`} isDanger
      text="Programs that use it are refused at once." onSubmit=${() => request('DELETE', `${path}/${id}`)} onDone=${reload} />`,
  });
  return html`<${List} title="API keys" ...${{ path, columns, buttons }} empty="This account has no key." />`;
}
