import pg from 'pg';
import { type DemoCustomer, demoCustomers } from './customers.ts';

/** Inserts demo customers if the table is empty. @returns the number of inserted customers */
export async function seedCustomers(databaseUrl: string, count: number): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const present = await client.query<{ exists: boolean }>(
      'SELECT EXISTS (SELECT FROM customers)',
    );
    if (present.rows[0]?.exists) return 0;
    await insert(client, demoCustomers(count));
    await client.query('ANALYZE customers');
    return count;
  } finally {
    await client.end();
  }
}

/** Sends the rows as JSON. The keys of the first row are the columns. */
async function insert(client: pg.Client, customers: DemoCustomer[]): Promise<void> {
  const { id: _, age_seconds: __, ...fields } = customers[0] ?? {};
  const columns = Object.keys(fields).join(', ');
  await client.query(
    `INSERT INTO customers (id, ${columns}, created_at, updated_at)
     SELECT coalesce(id, new_id()), ${columns}, now() - age, now() - age
     FROM (
       SELECT row.*, (value ->> 'age_seconds')::int * interval '1 second' AS age
       FROM jsonb_array_elements($1::jsonb), jsonb_populate_record(NULL::customers, value) AS row
     ) AS demo`,
    [JSON.stringify(customers)],
  );
}
