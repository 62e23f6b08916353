import { Inject, Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { ResilientClient } from './resilient-client.js';

/** The backend with this application name. Names are unique only within one database. */
const BACKENDS =
  'FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1';

/**
 * Gives connections with long statements a name in PostgreSQL, by which other connections can find and
 * end them. A process id would not work behind PgBouncer, which invents it. The name is set in each
 * transaction.
 */
@Injectable()
export class NamedConnections {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * Names the connection. From now on its statements may take as long as PostgreSQL executes them.
   *
   * @param name unique, at most 63 letters, digits and hyphens. The connection must not be reused.
   */
  async name(client: PoolClient, name: string): Promise<void> {
    if (client instanceof ResilientClient) client.allowLongWork(() => this.isAtWork(name));
    await client.query(`SET application_name = '${name}'`);
  }

  /** Ends the backend of a lost connection, if PostgreSQL can be reached. */
  async terminate(name: string): Promise<void> {
    await this.dataSource
      .query(`SELECT pg_terminate_backend(pid) ${BACKENDS}`, [name])
      .catch(() => undefined); // PostgreSQL ends an idle transaction itself
  }

  private async isAtWork(name: string): Promise<boolean> {
    // A hidden state does not prove that the backend is idle.
    const rows = await this.dataSource.query<object[]>(
      `SELECT ${BACKENDS} AND coalesce(state, '') NOT LIKE 'idle%'`,
      [name],
    );
    return rows.length > 0;
  }
}
