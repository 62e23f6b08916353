export interface Facts {
  url: string;
  env: NodeJS.ProcessEnv;
  isPasswordOurs: boolean;
  database: string;
  redis: string;
  addedCustomers: number;
}

/** The message after the start: addresses, credentials and data. */
export async function welcome(facts: Facts): Promise<string> {
  const { url, env, addedCustomers: added } = facts;
  const isUnlimited = env.RATE_LIMIT === 'off';
  const lines = [
    '',
    'Customer API is running.',
    '',
    ...(env.DOCS === 'off' ? [] : [`Docs: ${url}/docs`]),
    ...(hasConsole(env) ? [`Console: ${url}/console`] : []),
    ...(await credentials(facts)),
    '',
    `PostgreSQL: ${facts.database}`,
    `Redis: ${facts.redis}`,
    ...(added > 0 ? [`${added.toLocaleString('en')} demo customers added.`] : []),
    ...(isUnlimited
      ? ['Rate limits are off (RATE_LIMIT=off). Use this only for trying out the service.']
      : []),
    'Stop with Ctrl-C. The data is kept.',
    '',
  ];
  return lines.join('\n');
}

function hasConsole({ CONSOLE, NODE_ENV }: NodeJS.ProcessEnv): boolean {
  return (CONSOLE || (NODE_ENV === 'production' ? 'off' : 'on')) === 'on';
}

/** The credentials, if a log-in with them succeeds. */
async function credentials({ url, env, isPasswordOurs }: Facts): Promise<string[]> {
  const username = env.ADMIN_USERNAME ?? '';
  if (!isPasswordOurs) return [`Username: ${username}`, 'Password: as set in ADMIN_PASSWORD'];

  const password = env.ADMIN_PASSWORD ?? '';
  const body = JSON.stringify({ username, password });
  const { status, code } = await tryLogin(url, body);
  if (status === 401) {
    return [`Username: ${username}`, 'The password from the first start was changed.'];
  }
  if (code === 'mfa_required') {
    return [
      `Username: ${username}`,
      `Password: ${password}`,
      'The log-in also needs a code of the second factor.',
    ];
  }
  if (status !== 200) return [`Logging in as ${username} failed with status ${status}.`];
  return [
    `Username: ${username}`,
    `Password: ${password}`,
    '',
    'Log in from another terminal:',
    `curl -sw '\\n' ${url}/api/v1/auth/login -H 'Content-Type: application/json' -d ${quote(body)}`,
  ];
}

async function tryLogin(url: string, body: string): Promise<{ status: number; code?: unknown }> {
  const headers = { 'Content-Type': 'application/json' };
  const login = await fetch(`${url}/api/v1/auth/login`, { method: 'POST', headers, body });
  const answer: unknown = await login.json().catch(() => undefined);
  const { status } = login;
  if (typeof answer !== 'object' || answer === null) return { status };
  if ('access_token' in answer) {
    const authorization = `Bearer ${String(answer.access_token)}`;
    await fetch(`${url}/api/v1/auth/logout`, { method: 'POST', headers: { authorization } });
  }
  return { status, ...('code' in answer && { code: answer.code }) };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
