import pg from 'pg';
import { demoCustomers } from './customers.ts';

const INSERT = `
  INSERT INTO customers
    (id, external_id, name, email, dob, country, language, created_at, updated_at)
  SELECT coalesce(c.id, new_id()), c.external_id, c.name, c.email, c.dob, c.country, c.language,
    now() - c.age_seconds * interval '1 second', now() - c.age_seconds * interval '1 second'
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::date[], $6::text[], $7::text[],
    $8::int[]) AS c (id, external_id, name, email, dob, country, language, age_seconds)`;

/** Inserts demo customers where there are none; returns how many. */
export async function seedCustomers(databaseUrl: string, count: number): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const present = await client.query<{ exists: boolean }>(
      'SELECT EXISTS (SELECT FROM customers)',
    );
    if (present.rows[0]?.exists) return 0;
    await client.query(INSERT, columns(count));
    await client.query('ANALYZE customers');
    return count;
  } finally {
    await client.end();
  }
}

function columns(count: number): unknown[][] {
  const all = demoCustomers(count);
  return [
    all.map((customer) => customer.id),
    all.map((customer) => customer.externalId),
    all.map((customer) => customer.name),
    all.map((customer) => customer.email),
    all.map((customer) => customer.dob),
    all.map((customer) => customer.country),
    all.map((customer) => customer.language),
    all.map((customer) => customer.ageSeconds),
  ];
}
