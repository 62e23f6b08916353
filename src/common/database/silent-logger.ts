import type { Logger } from 'typeorm';

/** Without a logger, TypeORM prints failed migrations beside the JSON lines of the log. */
export const SILENT_LOGGER: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};
