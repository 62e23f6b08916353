import pg from 'pg';

/** The account in the examples of the documentation. It has no key until an admin creates one. */
const DEMO = ['01890a5d-b5a1-7c9d-8e2f-3a4b5c6d7e8f', 'demo-report', 'Nightly report (demo)'];

/** Inserts a demo service account unless it exists. */
export async function seedServiceAccount(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO users (id, kind, username, name, role) VALUES ($1, 'service', $2, $3, 'viewer')
       ON CONFLICT DO NOTHING`,
      DEMO,
    );
  } finally {
    await client.end();
  }
}
