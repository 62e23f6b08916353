import type { TestApp } from './app.ts';

/** Inserts generated customers in one statement: names and countries repeat, some fields are null. */
export async function insertCustomers(app: TestApp, count: number): Promise<void> {
  await app.query(
    `INSERT INTO customers (external_id, name, email, dob, country, language, created_at, updated_at)
     SELECT 'C-' || i,
       CASE WHEN i % 50 > 0 THEN
         (ARRAY['Ada','Grace','Alan','Edsger','Barbara','Donald','Linus','Margaret'])[1 + i % 8]
           || ' ' || initcap(substr(md5((i % 40000)::text), 1, 7)) END,
       substr(md5(i::text), 1, 10) || i || '@example.com',
       CASE WHEN i % 10 > 0 THEN DATE '1930-01-01' + (i * 7919::bigint % 28000)::int END,
       (ARRAY['GB','FR','DE','US','ES',NULL])[1 + i % 6],
       (ARRAY['en','fr','de',NULL])[1 + i % 4],
       now() - i * interval '1 minute',
       now() - (i * 31::bigint % $1) * interval '1 minute'
     FROM generate_series(1, $1::int) i`,
    [count],
  );
  await app.query('ANALYZE customers');
}
