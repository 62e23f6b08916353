/**
 * Creates the role and the database in DATABASE_URL, as the superuser `postgres`. The role owns the
 * database, so it can migrate it, but it is not a superuser.
 *
 * Argument: the file with the password of the superuser. Does nothing if the role can already log in.
 */
import { readFileSync } from 'node:fs';
import pg from 'pg';

const databaseUrl = process.env.DATABASE_URL ?? '';
const [passwordFile = ''] = process.argv.slice(2);

if (await canLogIn(databaseUrl)) {
  console.log('The role of the API can log in.');
} else {
  await createRoleAndDatabase(databaseUrl, readFileSync(passwordFile, 'utf8').trim());
  console.log('The role and the database of the API were created.');
}

async function canLogIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  const isConnected = await client.connect().then(
    () => true,
    () => false,
  );
  if (isConnected) await client.end();
  return isConnected;
}

async function createRoleAndDatabase(url: string, superuserPassword: string): Promise<void> {
  const { username, password, pathname } = new URL(url);
  const admin = new URL(url);
  admin.username = 'postgres';
  admin.password = superuserPassword;
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  try {
    const role = client.escapeIdentifier(username);
    const database = client.escapeIdentifier(pathname.slice(1));
    const secret = client.escapeLiteral(password);
    const existing = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [username]);
    const verb = existing.rowCount === 0 ? 'CREATE' : 'ALTER';
    await client.query(`${verb} ROLE ${role} LOGIN NOSUPERUSER PASSWORD ${secret}`);
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [
      pathname.slice(1),
    ]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${database} OWNER ${role}`);
  } finally {
    await client.end();
  }
}
