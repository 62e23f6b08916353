/** JavaScript that Postman and newman run before and after the requests of the collection. */

/** Computes the current code of an authenticator application (RFC 6238). */
const TOTP = `
const totp = (secret) => {
  const { enc, HmacSHA1 } = require('crypto-js');
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0'));
  const key = bits.join('').match(/.{4}/g).map((four) => parseInt(four, 2).toString(16)).join('');
  const step = Math.floor(Date.now() / 30000).toString(16).padStart(16, '0');
  const mac = HmacSHA1(enc.Hex.parse(step), enc.Hex.parse(key)).toString();
  const at = 2 * parseInt(mac.slice(-1), 16);
  return String((parseInt(mac.slice(at, at + 8), 16) & 0x7fffffff) % 1000000).padStart(6, '0');
};`;

/** Logs in only if the service refuses the token. An API key needs no log-in. */
export const LOG_IN = `${TOTP}
const api = pm.environment.get('base_url') + '/api/v1';
const key = pm.environment.get('api_key');
if (key) pm.environment.set('access_token', key);
const token = pm.environment.get('access_token');
pm.sendRequest({ url: api + '/users/me', header: { Authorization: 'Bearer ' + token } }, (_, me) => {
  if (me && me.code !== 401) return;
  const { username, password, totp_secret } = pm.environment.toObject();
  const factor = totp_secret ? { otp: totp(totp_secret) } : {};
  pm.sendRequest({
    url: api + '/auth/login',
    method: 'POST',
    header: { 'Content-Type': 'application/json' },
    body: { mode: 'raw', raw: JSON.stringify({ username, password, ...factor }) },
  }, (error, answer) => {
    if (error || answer.code !== 200) throw new Error('Log-in failed: ' + (error || answer.text()));
    pm.environment.set('access_token', answer.json().access_token);
    pm.environment.set('refresh_token', answer.json().refresh_token);
    pm.environment.set('authenticated_at', Date.now());
  });
});`;

/** Steps up again before the last step-up expires. */
export const STEP_UP = `${TOTP}
const { base_url, access_token, password, totp_secret, authenticated_at } = pm.environment.toObject();
const header = { Authorization: 'Bearer ' + access_token, 'Content-Type': 'application/json' };
if (Date.now() - Number(authenticated_at) > 9 * 60000) {
  pm.sendRequest({ url: base_url + '/api/v1/users/me/mfa', header }, (_, mfa) => {
    const proof = mfa.json().enabled ? { otp: totp(totp_secret) } : { password };
    pm.sendRequest({
      url: base_url + '/api/v1/auth/step-up',
      method: 'POST',
      header,
      body: { mode: 'raw', raw: JSON.stringify(proof) },
    }, (error, answer) => {
      if (error || answer.code !== 204) throw new Error('Step-up failed: ' + (error || answer.text()));
      pm.environment.set('authenticated_at', Date.now());
    });
  });
}`;

/** Sets the code of the authenticator that the collection added. */
const SET_OTP = `${TOTP}
const secret = pm.environment.get('totp_secret');
if (secret) pm.environment.set('otp', totp(secret));`;

/** Creates a user with a second factor, for the request that resets it. */
export const secureUser = (variable: string) => `${TOTP}
const api = pm.environment.get('base_url') + '/api/v1';
const random = () => pm.variables.replaceIn('{{$randomUUID}}');
const account = { username: 'user-' + random(), password: random() };
const post = (path, token, body, next) => pm.sendRequest({
  url: api + path,
  method: 'POST',
  header: {
    ...(body && { 'Content-Type': 'application/json' }),
    ...(token && { Authorization: 'Bearer ' + token }),
  },
  ...(body && { body: { mode: 'raw', raw: JSON.stringify(body) } }),
}, (error, answer) => {
  if (error || answer.code >= 300) throw new Error(path + ': ' + (error || answer.text()));
  next(answer.json());
});
post('/users', pm.environment.get('access_token'), account, ({ id }) => {
  pm.environment.set('${variable}', id);
  post('/auth/login', null, account, ({ access_token }) => {
    post('/users/me/mfa/totp', access_token, null, ({ secret }) => {
      post('/users/me/mfa/totp/confirm', access_token, { otp: totp(secret) }, () => undefined);
    });
  });
});`;

/** Starts a dry run that is still running when the next request is sent. */
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

/** Creates a service account for the requests about keys, unless one exists. */
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

/** Waits until a list contains a failed member. */
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

/** Extracts a secret from its message, if `mailbox_url` offers the messages over HTTP. */
const fetchSecret = (to: string, variable: string, secret: RegExp) => `
const mailbox = pm.environment.get('mailbox_url');
const to = pm.environment.get('${to}');
if (mailbox) {
  pm.sendRequest(mailbox + '/' + encodeURIComponent(to), (error, message) => {
    if (error) throw new Error('No message to ' + to + ': ' + error);
    pm.environment.set('${variable}', ${secret}.exec(message.text())[1]);
  });
}`;

/** The scripts that obtain the values of fields with secrets. */
export const SECRET_SCRIPTS: Readonly<Record<string, string>> = {
  code: fetchSecret('registered_email', 'activation_code', /\b([0-9]{6})\b/),
  token: fetchSecret('email', 'reset_token', /#token=([\w-]+)/),
  otp: SET_OTP,
};

/** Stores tokens and the ids of new objects for later requests. */
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
if (answer && answer.otpauth_uri) pm.environment.set('totp_secret', answer.secret);
if (location && answer.username) pm.environment.set('registered_email', answer.email);`;

/** Stores the id of a listed member, for collections in which no request creates members. */
export const keepListed = (variable: string) => `
const members = pm.response.json().data;
const member = members.find(({ current }) => !current) || members[0];
if (member) pm.environment.set('${variable}', member.id);`;
