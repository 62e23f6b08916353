import type { DataSourceOptions, Logger } from 'typeorm';
import type { Config } from '../config/config.js';
import type { Log } from './log.js';

/** Logs each statement of TypeORM with LOG_LEVEL=debug, without its values. */
export function statementLog(
  { logLevel }: Pick<Config, 'logLevel'>,
  log: Log,
): Pick<DataSourceOptions, 'logging' | 'logger'> {
  if (logLevel !== 'debug' && logLevel !== 'trace') return {};
  return { logging: ['query'], logger: new StatementLog(log) };
}

class StatementLog implements Logger {
  constructor(private readonly target: Log) {}

  logQuery(statement: string): void {
    this.target.debug({ statement: statement.replaceAll(/\s+/g, ' ') }, 'SQL');
  }

  // The filter logs the errors with their requests.
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}
