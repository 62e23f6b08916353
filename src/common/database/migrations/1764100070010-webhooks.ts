import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Endpoints that are sent the feed of changes, and what is to be sent to them. */
export class Webhooks1764100070010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhooks (
        id uuid NOT NULL DEFAULT new_id() CONSTRAINT webhooks_pkey PRIMARY KEY,
        url text NOT NULL,
        types text[] NOT NULL,
        description text,
        status text NOT NULL DEFAULT 'active',
        disabled_reason text,
        secret text NOT NULL,
        previous_secret text,
        previous_secret_until timestamptz(3),
        position_tx bigint NOT NULL,
        position_id uuid NOT NULL,
        position_at timestamptz(3) NOT NULL,
        position_history text NOT NULL,
        failing_since timestamptz(3),
        deleted_at timestamptz(3),
        created_at timestamptz(3) NOT NULL DEFAULT statement_timestamp(),
        updated_at timestamptz(3) NOT NULL DEFAULT statement_timestamp(),
        version integer NOT NULL DEFAULT 1,
        CONSTRAINT webhooks_status_check CHECK (status IN ('active', 'paused', 'disabled')),
        CONSTRAINT webhooks_disabled_reason_check CHECK (disabled_reason IN ('gone', 'failing'))
      )`);
    await createDeliveries(runner);
    await indexDeliveries(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE webhook_deliveries`);
    await runner.query(`DROP TABLE webhooks`);
  }
}

async function createDeliveries(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE webhook_deliveries (
      id uuid NOT NULL DEFAULT new_id() CONSTRAINT webhook_deliveries_pkey PRIMARY KEY,
      webhook_id uuid NOT NULL
        CONSTRAINT webhook_deliveries_webhook_id_fkey REFERENCES webhooks (id),
      event_id uuid NOT NULL,
      type text NOT NULL,
      event_at timestamptz(3) NOT NULL,
      subject_id uuid NOT NULL,
      subject_version integer,
      state text NOT NULL DEFAULT 'pending',
      attempts integer NOT NULL DEFAULT 0,
      due_at timestamptz(3) NOT NULL DEFAULT now(),
      last_status integer,
      last_error text,
      created_at timestamptz(3) NOT NULL DEFAULT statement_timestamp(),
      finished_at timestamptz(3),
      CONSTRAINT webhook_deliveries_state_check
        CHECK (state IN ('pending', 'succeeded', 'failed'))
    )`);
}

async function indexDeliveries(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE INDEX webhook_deliveries_due_idx ON webhook_deliveries (webhook_id, due_at)
    WHERE state = 'pending'`);
  await runner.query(`
    CREATE INDEX webhook_deliveries_tests_idx ON webhook_deliveries (due_at)
    WHERE state = 'pending' AND type = 'webhook.test'`);
  await runner.query(`
    CREATE INDEX webhook_deliveries_created_at_idx
    ON webhook_deliveries (webhook_id, created_at, id)`);
  await runner.query(`
    CREATE INDEX webhook_deliveries_failed_idx
    ON webhook_deliveries (webhook_id, created_at, id) WHERE state = 'failed'`);
  await runner.query(`
    CREATE INDEX webhook_deliveries_finished_at_idx ON webhook_deliveries (finished_at)
    WHERE state <> 'pending'`);
}
