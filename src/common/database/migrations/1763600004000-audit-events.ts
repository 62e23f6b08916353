import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuditEvents1763600004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_events (
        id uuid NOT NULL DEFAULT new_id(),
        at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        action text NOT NULL,
        outcome text NOT NULL,
        actor_id uuid,
        subject_type text,
        subject_id uuid,
        ip text,
        request_id text,
        details jsonb,
        CONSTRAINT audit_events_pkey PRIMARY KEY (id),
        CONSTRAINT audit_events_outcome_check CHECK (outcome IN ('success', 'failure'))
      )`);
    await runner.query(`CREATE INDEX audit_events_at_idx ON audit_events (at, id)`);
    await runner.query(
      `CREATE INDEX audit_events_subject_id_idx ON audit_events (subject_id, at, id)`,
    );
    await runner.query(`CREATE INDEX audit_events_actor_id_idx ON audit_events (actor_id, at, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE audit_events`);
  }
}
