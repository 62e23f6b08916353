import type { TestApp } from './app.ts';

/** Inserts generated customers in one statement. Names and countries repeat, and some fields are null. */
export async function insertCustomers(app: TestApp, count: number): Promise<void> {
  await app.query(
    `INSERT INTO customers (external_id, name, email, dob, country, language, phone, metadata,
       created_at, updated_at)
     SELECT 'C-' || i,
       CASE WHEN i % 50 > 0 THEN
         (ARRAY['Ada','Grace','Alan','Edsger','Barbara','Donald','Linus','Margaret'])[1 + i / 2 % 8]
           || ' ' || initcap(substr(md5((i % 40000)::text), 1, 7)) END,
       substr(md5(i::text), 1, 10) || i || '@example.com',
       CASE WHEN i % 10 > 0 THEN DATE '1930-01-01' + (i * 7919::bigint % 28000)::int END,
       (ARRAY['GB','FR','DE','US','ES',NULL])[1 + i % 6],
       (ARRAY['en','fr','de',NULL])[1 + i % 4],
       CASE WHEN i % 4 > 0 THEN '+44770090' || lpad((i % 10000)::text, 4, '0') END,
       CASE WHEN i % 2 > 0 THEN jsonb_build_object('plan', (ARRAY['gold','silver'])[1 + i % 7 % 2],
         'shop', (i % 1000)::text, 'tier', (i % 3)::text) END,
       now() - i * interval '1 minute',
       now() - (i * 31::bigint % $1) * interval '1 minute'
     FROM generate_series(1, $1::int) i`,
    [count],
  );
  await app.query('ANALYZE customers');
}
