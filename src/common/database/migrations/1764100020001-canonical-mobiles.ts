import type { MigrationInterface, QueryRunner } from 'typeorm';
import { normalizePhone } from '../../validation/phone.js';

interface Row {
  id: string;
  mobile: string;
}

/**
 * Rewrites mobile numbers in their present form. Where two accounts have the same number in two
 * spellings, an active one keeps it, then the older one; the other stays as it is, and its owner
 * logs in by username or e-mail. Older instances may add further spellings until the last one has
 * stopped: such an account is found by its number again once its owner sends the number again.
 */
export class CanonicalMobiles1764100020001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const rows = (await runner.query(`
      SELECT id, mobile FROM users WHERE mobile IS NOT NULL
      ORDER BY status = 'active' DESC, created_at, id`)) as Row[];
    const taken = new Set(rows.map(({ mobile }) => mobile));
    for (const { id, mobile } of rows) {
      const canonical = normalizePhone(mobile);
      if (taken.has(canonical)) continue;
      taken.add(canonical);
      await runner.query(
        'UPDATE users SET mobile = $2, version = version + 1, updated_at = now() WHERE id = $1',
        [id, canonical],
      );
    }
  }

  /** The earlier spellings are not kept, and older instances work with the present ones. */
  async down(): Promise<void> {}
}
