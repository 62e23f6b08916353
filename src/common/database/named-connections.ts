import { Inject, Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { ResilientClient } from './resilient-client.js';

/** Of this database: the names of applications are unique in it alone. */
const BACKENDS =
  'FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1';

/**
 * Connections with long statements, known to PostgreSQL by a name of their own. Behind PgBouncer the
 * process id that a client learns is made up, while a name goes along with each of its transactions.
 */
@Injectable()
export class NamedConnections {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * Names the connection. From now on its statements may take as long as PostgreSQL works on them.
   *
   * @param name unique, made of letters, digits and hyphens, at most 63 of them. The connection must
   *   not be used again for something else.
   */
  async name(client: PoolClient, name: string): Promise<void> {
    if (client instanceof ResilientClient) client.allowLongWork(() => this.isAtWork(name));
    await client.query(`SET application_name = '${name}'`);
  }

  /** Ends what is left of the connection in PostgreSQL, if PostgreSQL can be reached. */
  async terminate(name: string): Promise<void> {
    await this.dataSource
      .query(`SELECT pg_terminate_backend(pid) ${BACKENDS}`, [name])
      .catch(() => undefined); // PostgreSQL ends an idle transaction itself
  }

  private async isAtWork(name: string): Promise<boolean> {
    // A state that PostgreSQL does not show is no proof of idleness.
    const rows = await this.dataSource.query<object[]>(
      `SELECT ${BACKENDS} AND coalesce(state, '') NOT LIKE 'idle%'`,
      [name],
    );
    return rows.length > 0;
  }
}
