import { type Body, errorCodesOf, type Operation, uniqueFieldsOf } from './operations.ts';
import {
  awaitFailed,
  KEEP,
  keepListed,
  LOG_IN,
  NEW_SERVICE,
  SECRET_SCRIPTS,
  secureUser,
  startLong,
  STEP_UP,
} from './postman-scripts.ts';

/** Values of the reader's account, by the field that requires them. */
const OWN_VALUES: Readonly<Record<string, string>> = {
  login: '{{username}}',
  username: '{{username}}',
  email: '{{email}}',
  password: '{{password}}',
  old_password: '{{password}}',
  new_password: '{{password}}',
  current_password: '{{password}}',
  refresh_token: '{{refresh_token}}',
  code: '{{activation_code}}',
  token: '{{reset_token}}',
  otp: '{{otp}}',
};

/** A code is sent together with the address that received it. */
const CONFIRMED = { email: '{{registered_email}}' };

/** New values for each request, for fields with unique values. */
const NEW_VALUES: Readonly<Record<string, string>> = {
  username: 'user-{{$randomUUID}}',
  email: '{{$randomUUID}}@example.com',
  mobile: '+49{{$timestamp}}{{$randomInt}}',
  external_id: 'C-{{$randomUUID}}',
};

/** A Postman collection (format 2.1) whose requests succeed when they are sent in order. */
export function toCollection(operations: readonly Operation[], title: string): object {
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  return {
    info: {
      name: title,
      description:
        'Set base_url, username and password in the environment, or base_url and api_key. Then send ' +
        'any request.',
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{access_token}}', type: 'string' }] },
    event: [event('prerequest', LOG_IN), event('test', KEEP)],
    item: tags.map((name) => ({
      name,
      item: operations
        .filter(({ tag }) => tag === name)
        .toSorted((a, b) => stage(a) - stage(b))
        .map((operation) => toItem(operation, operations)),
    })),
  };
}

export function toEnvironment(operations: readonly Operation[]): object {
  const ids = operations
    .flatMap((operation) => [idVariable(operation), ...innerIds(operation.path)])
    .filter((name) => name !== undefined);
  const values = {
    base_url: 'http://127.0.0.1:3000',
    username: 'admin',
    email: 'admin@example.com',
    password: '',
    api_key: '',
    access_token: '',
    refresh_token: '',
    mailbox_url: '',
    registered_email: '',
    activation_code: '',
    reset_token: '',
    totp_secret: '',
    otp: '',
    authenticated_at: '',
    ...Object.fromEntries(ids.map((name) => [name, ''])),
    key_id: '',
  };
  const isSecret = (key: string) => /password|token|code|secret|otp|api_key/.test(key);
  return {
    name: 'Customer API, npm start',
    values: Object.entries(values).map(([key, value]) => ({
      key,
      value,
      type: isSecret(key) ? 'secret' : 'default',
      enabled: true,
    })),
    _postman_variable_scope: 'environment',
  };
}

/** The order of requests: create, read, update, delete, and then restore or erase. */
function stage(operation: Operation): number {
  const { method, path, success } = operation;
  const isOfOne = path.includes('{id}');
  if (method === 'post' && !isOfOne) return 0;
  if (method === 'post' && errorCodesOf(operation).includes('not_deleted')) return 7;
  if (method === 'post') return success.status === '204' ? 8 : 4;
  const order = { get: 1, put: 2, patch: 3, delete: path.endsWith('{id}') ? 6 : 5 };
  return order[method];
}

function toItem(operation: Operation, operations: readonly Operation[]): object {
  const { summary, statuses } = operation;
  const successes = [...statuses.keys()].filter((status) => status < '300');
  const script = `pm.test('answers ${successes.join(' or ')}', () => pm.expect([${successes.join()}]).to.include(pm.response.code));`;
  const listed = membersOf(operation, operations);
  const [[, body] = ['', undefined], ...others] = operation.body?.examples ?? [];
  return {
    name: summary,
    event: [
      ...preparations(operation, operations).map((script) => event('prerequest', script)),
      event('test', listed ? script + keepListed(listed) : script),
    ],
    request: toRequest(operation, body),
    response: [
      toExample('success', operation, body),
      ...others.map(([name, value]) => toExample(name, operation, value)),
    ],
  };
}

/** The scripts that prepare an operation whose example is not sufficient. */
function preparations(operation: Operation, operations: readonly Operation[]): string[] {
  const { path, body } = operation;
  const collection = path.split('/{id}', 1)[0];
  const stepUp = errorCodesOf(operation).includes('reauthentication_required') ? [STEP_UP] : [];
  const starter = operations.find(({ creates, path }) => creates && `${path}s` === collection);
  if (path.includes('{id}') && starter && errorCodesOf(operation).includes('not_running')) {
    return [startLong(starter.path, idVariable(operation) ?? '')];
  }
  if (isAboutKeys(operation)) return [...stepUp, NEW_SERVICE];
  if (errorCodesOf(operation).includes('not_failed')) {
    return [awaitFailed(path.split('/{delivery_id}', 1)[0] ?? '', 'webhook_id', 'delivery_id')];
  }
  const fields = Object.keys(body?.schema.properties ?? {});
  const secrets = fields.flatMap((name) => SECRET_SCRIPTS[name] ?? []);
  const isReset = path.endsWith('/{id}/mfa');
  return [...stepUp, ...secrets, ...(isReset ? [secureUser(idVariable(operation) ?? '')] : [])];
}

function toRequest(operation: Operation, body: unknown): object {
  const { method, permission, description } = operation;
  const isOwnHeader = permission === undefined || permission === 'refresh token';
  return {
    method: method.toUpperCase(),
    description,
    ...(isOwnHeader && { auth: { type: 'noauth' } }),
    header: [
      ...operation.parameters
        .filter(({ in: place }) => place === 'header')
        .map(({ name, description }) => ({ key: name, value: '', description, disabled: true })),
      ...(operation.body ? [{ key: 'Content-Type', value: operation.body.mediaType }] : []),
    ],
    ...(operation.body && { body: toBody(operation, operation.body, body) }),
    url: toUrl(operation),
  };
}

function toBody(operation: Operation, { mediaType }: Body, example: unknown): object {
  const language = mediaType.includes('json') ? 'json' : 'text';
  const raw =
    typeof example === 'string' ? example : JSON.stringify(filled(operation, example), null, 2);
  return { mode: 'raw', raw, options: { raw: { language } } };
}

/** The example with the reader's own values, and with new values in unique fields. */
function filled(operation: Operation, example: unknown): unknown {
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return example;
  const isConfirmation = 'code' in example;
  const unique = isConfirmation ? [] : uniqueFieldsOf(operation);
  const own: Readonly<Record<string, string>> = {
    ...(operation.creates ? {} : OWN_VALUES),
    ...(isConfirmation && CONFIRMED),
  };
  return Object.fromEntries(
    Object.entries(example).map(([name, value]: [string, unknown]) => [
      name,
      (unique.includes(name) ? NEW_VALUES : own)[name] ?? value,
    ]),
  );
}

function toUrl(operation: Operation): object {
  const { path, parameters } = operation;
  const template = path.replaceAll(/\{(\w+)\}/g, ':$1');
  const query = parameters
    .filter(({ in: place }) => place === 'query')
    .map(({ name, description, required, schema }) => ({
      key: name,
      value: textOf(schema.default ?? schema.example ?? schema.enum?.[0]),
      description,
      disabled: !required && schema.example === undefined,
    }));
  const id = operation.permission === 'self' ? 'me' : `{{${idVariable(operation)}}}`;
  return {
    raw: `{{base_url}}${template}`,
    host: ['{{base_url}}'],
    path: template.split('/').slice(1),
    ...(query.length > 0 && { query }),
    ...(path.includes('{id}') && {
      variable: [
        { key: 'id', value: id },
        ...innerIds(path).map((key) => ({ key, value: `{{${key}}}` })),
      ],
    }),
  };
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function toExample(name: string, operation: Operation, body: unknown): object {
  const { status, example } = operation.success;
  return {
    name,
    originalRequest: toRequest(operation, body),
    code: Number(status),
    _postman_previewlanguage: 'json',
    header: example === undefined ? [] : [{ key: 'Content-Type', value: 'application/json' }],
    body: example === undefined ? '' : JSON.stringify(example, null, 2),
  };
}

/** `customer_id` for `/api/v1/customers/{id}`. */
function idVariable(operation: Operation): string | undefined {
  if (isAboutKeys(operation)) return 'service_account_id';
  const { path } = operation;
  const [collection, ...rest] = path.split('/{id}');
  return rest.length === 0 ? undefined : collection?.split('/').at(-1)?.replace(/s$/, '_id');
}

/** Only service accounts have keys. */
function isAboutKeys({ permission }: Operation): boolean {
  return permission === 'keys:admin';
}

/** The names of the other ids in a path, which are also variables. */
function innerIds(path: string): string[] {
  return [...path.matchAll(/\{(\w+_id)\}/g)].map(([, name = '']) => name);
}

/** The variable for the members of a list, unless a request at its address creates them. */
function membersOf(list: Operation, operations: readonly Operation[]): string | undefined {
  if (list.method !== 'get') return undefined;
  if (operations.some(({ creates, path }) => creates && path === list.path)) return undefined;
  const one = operations.find(({ path }) => path === `${list.path}/{id}`);
  return one && idVariable(one);
}

function event(listen: 'prerequest' | 'test', script: string): object {
  return { listen, script: { type: 'text/javascript', exec: script.trim().split('\n') } };
}
