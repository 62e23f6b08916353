import { Sessions } from './account.js';
import { differences, update, write } from './api.js';
import { Choices, Field, fields } from './form.js';
import { html } from './html.js';
import { can, go, link, me, nameOfUser, useGet, Who } from './state.js';
import { Ask, Facts, List, Remove, tellSecret, Title, Waiting } from './ui.js';
import { instant, show } from './values.js';

const COLUMNS = [
  ['Name', (row) => html`<a href=${link(`users/${row.id}`)}>${nameOfUser(row)}</a>`],
  'username',
  'email',
  'role',
  'status',
];

export function Users({ query }) {
  const create = (values, { key }) => write('POST', 'users', differences({}, values), { key });
  const buttons = html`<${Ask} label="New user" kind="" action="Create" onSubmit=${create}
    initial=${{ role: 'user' }} done="The account is created."
    onDone=${({ id }) => go(`users/${id}`)}>${newUserFields}<//>`;
  return html`<${List} title="Users" level="1" path="users" columns=${COLUMNS}
    ...${{ query, buttons }} empty="No user matches.">
    <${Field} name="q" label="Search username, name, e-mail" type="search" />
    ${fields('role', 'status', can('keys:admin') && 'kind')}
  <//>`;
}

function newUserFields({ kind = 'person' }) {
  const isPerson = kind === 'person';
  const password = html`<${Field} name="password" label="First password" required=${false}
    autocomplete="new-password" hint="Without one, send a reset link after this." />`;
  return html`
    ${fields(can('keys:admin') && 'kind', 'username', 'name')}
    ${isPerson && fields('email', 'mobile')}
    ${fields('role')}${isPerson && password}`;
}

const FACTS = ['username', 'name', 'email', 'mobile', 'role', 'status', 'created_at'];

export function User({ id }) {
  const path = `users/${id}`;
  const { data: user, problem } = useGet(path);
  if (problem || !user) return html`<${Waiting} problem=${problem} />`;
  const isPerson = user.kind === 'person';
  return html`
    <${Title} back="users" title=${nameOfUser(user)}>
      <${Buttons} ...${{ user, path, isPerson }} />
    <//>
    <article><${Facts} object=${user} columns=${FACTS} /></article>
    ${isPerson && html`<${Sessions} path=${`${path}/sessions`} />`}
    ${!isPerson && can('keys:admin') && html`<${Keys} path=${`${path}/keys`} />`}
    <p><a href=${link('audit', { actor_id: id })}>Audit events of this account</a></p>`;
}

/** What an admin can do to an account, each after a question. */
function Buttons({ user, path, isPerson }) {
  const save = (values) => update(path, differences(user, values), user);
  const forPersons = html`<${Ask} label="Send a reset link" title="Send a reset link?" action="Send"
      text="The user gets a message with a link to set a new password."
      onSubmit=${() => write('POST', `${path}/password-reset`)} done="The reset link is sent." />
    <${Remove} label="Revoke sessions" path=${`${path}/sessions`} title="Revoke all sessions?"
      text="The user is logged out everywhere, at once." action="Revoke"
      done="All sessions are revoked." />`;
  const reset = html`<${Remove} label="Reset second factor" path=${`${path}/mfa`}
    text="For a lost device. The user is logged out, and then logs in with the password alone."
    title="Reset the second factor?" action="Reset" done="The second factor is reset." />`;
  const forOthers = html`${isPerson && reset}
    <${Remove} path=${path} of=${user} title="Delete this account?"
      text="This cannot be undone. The username and addresses become free."
      done="The account is deleted." to="users" />`;
  return html`<${Ask} label="Edit" kind="" title="Edit this account" action="Save"
      initial=${user} onSubmit=${save} done="The account is saved."
      text="Another role or status logs the user out everywhere.">
      ${fields('name', 'role', 'status')}
    <//>
    ${isPerson && forPersons}${user.id !== me().id && forOthers}`;
}

const KEY_COLUMNS = [
  'name',
  ['Begins with', ({ prefix }) => html`<code>${prefix}</code>`],
  'scopes',
  ['Created', (key) => html`${show('at', key.created_at)} by <${Who} id=${key.created_by} />`],
  'expires_at',
  'last_used_at',
];

/** The API keys of a service account. */
function Keys({ path }) {
  const create = ({ name, scopes = [], expires_at: day }) =>
    write('POST', path, { name, scopes, expires_at: day ? instant(`${day}T23:59`) : undefined });
  const buttons = html`<${Ask} label="New key" kind="" action="Create" onSubmit=${create}
    onDone=${({ key }) => tellSecret('The new key', key)}>
    <${Field} name="name" required maxlength="100" />
    <${Field} name="expires_at" type="date" hint="By default after 90 days." />
    <${Choices} name="scopes" />
  <//>`;
  const revoke = ({ id, name }) => html`<${Remove} label="Revoke" path=${`${path}/${id}`}
    title=${`Revoke ${name}?`} text="Programs that use it are refused at once." />`;
  return html`<${List} title="API keys" columns=${[...KEY_COLUMNS, ['Action', revoke]]}
    ...${{ path, buttons }} empty="This account has no key." />`;
}
