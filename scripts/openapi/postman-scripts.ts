/** JavaScript that Postman and newman run before and after the requests of the collection. */

/** Logs in when the service does not take the token, and only then. An API key needs no log-in. */
export const LOG_IN = `
const api = pm.environment.get('base_url') + '/api/v1';
const key = pm.environment.get('api_key');
if (key) pm.environment.set('access_token', key);
const token = pm.environment.get('access_token');
pm.sendRequest({ url: api + '/users/me', header: { Authorization: 'Bearer ' + token } }, (_, me) => {
  if (me && me.code !== 401) return;
  const { username, password } = pm.environment.toObject();
  pm.sendRequest({
    url: api + '/auth/login',
    method: 'POST',
    header: { 'Content-Type': 'application/json' },
    body: { mode: 'raw', raw: JSON.stringify({ username, password }) },
  }, (error, answer) => {
    if (error || answer.code !== 200) throw new Error('Log-in failed: ' + (error || answer.text()));
    pm.environment.set('access_token', answer.json().access_token);
    pm.environment.set('refresh_token', answer.json().refresh_token);
  });
});`;

/** Starts a request that is still in flight when the next one follows, and changes nothing. */
export const startLong = (path: string, variable: string) => `
const rows = Array.from({ length: 50000 }, (_, row) => 'Customer ' + row);
pm.sendRequest({
  url: pm.environment.get('base_url') + '${path}?dry_run=true',
  method: 'POST',
  header: {
    Authorization: 'Bearer ' + pm.environment.get('access_token'),
    'Content-Type': 'text/csv',
  },
  body: { mode: 'raw', raw: ['name', ...rows].join('\\n') },
}, (error, started) => {
  if (error) throw error;
  pm.environment.set('${variable}', started.json().id);
});`;

/** Creates a service account for the requests about its keys, unless there is one. */
export const NEW_SERVICE = `
if (!pm.environment.get('service_account_id')) {
  pm.sendRequest({
    url: pm.environment.get('base_url') + '/api/v1/users',
    method: 'POST',
    header: {
      Authorization: 'Bearer ' + pm.environment.get('access_token'),
      'Content-Type': 'application/json',
    },
    body: {
      mode: 'raw',
      raw: JSON.stringify({ kind: 'service', username: 'service-' + Date.now(), role: 'viewer' }),
    },
  }, (error, made) => {
    if (error) throw error;
    pm.environment.set('service_account_id', made.json().id);
  });
}`;

/** Waits until a list has a member that has failed. */
export const awaitFailed = (path: string, of: string, variable: string) => `
const id = pm.environment.get('${of}');
const look = (tries) => pm.sendRequest({
  url: pm.environment.get('base_url') + '${path}?state=failed'.replace('{id}', id),
  header: { Authorization: 'Bearer ' + pm.environment.get('access_token') },
}, (error, list) => {
  const [failed] = error ? [] : list.json().data;
  if (failed) pm.environment.set('${variable}', failed.id);
  else if (tries > 0) setTimeout(() => look(tries - 1), 250);
});
look(40);`;

/** Gets a secret out of the message that brought it, where something offers the messages over HTTP. */
const fetchSecret = (to: string, variable: string, secret: RegExp) => `
const mailbox = pm.environment.get('mailbox_url');
const to = pm.environment.get('${to}');
if (mailbox) {
  pm.sendRequest(mailbox + '/' + encodeURIComponent(to), (error, message) => {
    if (error) throw new Error('No message to ' + to + ': ' + error);
    pm.environment.set('${variable}', ${secret}.exec(message.text())[1]);
  });
}`;

/** The scripts for fields whose value comes by mail. */
export const SECRET_SCRIPTS: Readonly<Record<string, string>> = {
  code: fetchSecret('registered_email', 'activation_code', /\b([0-9]{6})\b/),
  token: fetchSecret('email', 'reset_token', /#token=([\w-]+)/),
};

/** Keeps tokens, and the id of what was created, for the requests that follow. */
export const KEEP = `
const location = pm.response.headers.get('Location');
if (location) {
  const [collection, id] = location.split('/').slice(-2);
  pm.environment.set(collection.replace(/s$/, '_id'), id);
}
const answer = pm.response.headers.get('Content-Type')?.includes('json') && pm.response.json();
if (answer && answer.refresh_token) {
  pm.environment.set('access_token', answer.access_token);
  pm.environment.set('refresh_token', answer.refresh_token);
}
if (answer && answer.key) pm.environment.set('key_id', answer.id);
if (location && answer.username) pm.environment.set('registered_email', answer.email);`;

/** For collections whose members no request creates. */
export const keepListed = (variable: string) => `
const members = pm.response.json().data;
const member = members.find(({ current }) => !current) || members[0];
if (member) pm.environment.set('${variable}', member.id);`;
