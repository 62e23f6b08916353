import { crossCheck } from './cross-checks.js';
import { type Setting, SettingError } from './setting.js';
import { settings } from './settings.js';
import { databaseSettings } from './settings/stores.js';
import { startWarnings } from './start-warnings.js';
import { type Environment, fileVariable, sourceOf, variable } from './source.js';

export type { Environment } from './source.js';

type Settings = typeof settings;
type ValueOf<S> = S extends Setting<infer T> ? T : never;
type ValuesOf<S> = { readonly [Key in keyof S]: ValueOf<S[Key]> };

/** The settings of the database. A migration job needs no others. */
export type DatabaseConfig = ValuesOf<typeof databaseSettings> & {
  /** The file of DATABASE_URL, if there is one. A rotated password is read from it again. */
  readonly databaseUrlFile: string | undefined;
  readonly databaseLimits: DatabaseLimits;
};

/** Time limits for PostgreSQL in milliseconds. They are not settings: only tests change them. */
export interface DatabaseLimits {
  /** For opening a connection, or waiting for a free one of the pool. */
  readonly connect: number;
  readonly statement: number;
  readonly lock: number;
  /** For the connection, and for the statement, of the session check. */
  readonly check: number;
}

/** Both limits of the session check together are below the three seconds for a response. */
export const DATABASE_LIMITS: DatabaseLimits = {
  connect: 2_000,
  statement: 5_000,
  lock: 2_000,
  check: 1_400,
};

/** The configuration, read once at start. Durations are milliseconds. */
export type Config = ValuesOf<Settings> &
  DatabaseConfig & {
    readonly isProduction: boolean;
    readonly passwordCost: PasswordCost;
    /** Maximum delay of the event loop in milliseconds. It is not a setting: only tests change it. */
    readonly lateness: number;
  };

/** The cost of Argon2. It is not a setting: only tests change it, for thousands of accounts. */
export interface PasswordCost {
  /** KiB. */
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** OWASP Password Storage Cheat Sheet: 19 MiB, two passes. */
export const PASSWORD_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** With a longer delay clients give up. */
const LATENESS = 500;

/** Injection token of {@link Config}. */
export const CONFIG = Symbol('Config');

/** Exit code for a configuration error, EX_CONFIG of sysexits(3). */
export const EXIT_CONFIG = 78;

/** Contains all problems of a configuration. Each names its variable, and never shows the value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  }
}

/** @throws {ConfigError} */
export function readConfig(environment: Environment = process.env): Config {
  const reading = new Reading(environment);
  const values = reading.values(settings);
  const isProduction = values.nodeEnv === 'production';
  const constants = { isProduction, passwordCost: PASSWORD_COST, lateness: LATENESS };
  const config = { ...values, ...databaseConstants(environment), ...constants };
  reading.problems.push(...crossCheck(config, reading.given));
  return reading.finish(config);
}

/**
 * Reads only the settings of the database, so that a migration job needs no secret of the server.
 *
 * @throws {ConfigError}
 */
export function readDatabaseConfig(environment: Environment = process.env): DatabaseConfig {
  const reading = new Reading(environment);
  return reading.finish({ ...reading.values(databaseSettings), ...databaseConstants(environment) });
}

/** Warnings for the operator about a valid configuration. */
export function configWarnings(config: Config, environment: Environment = process.env): string[] {
  return startWarnings(config, environment);
}

/** Reads the environment once and collects all problems. */
class Reading {
  readonly problems: string[] = [];
  /** The variables that were set, in the environment or by a file. */
  readonly given = new Set<string>();

  constructor(private readonly environment: Environment) {}

  values<S extends Readonly<Record<string, Setting<unknown>>>>(from: S): Partial<ValuesOf<S>> {
    const entries = Object.entries(from).map(([key, setting]) => [key, this.value(setting)]);
    return Object.fromEntries(entries) as Partial<ValuesOf<S>>;
  }

  finish<T>(config: Partial<T>): T {
    if (this.problems.length > 0) throw new ConfigError(this.problems);
    return config as T;
  }

  private value(setting: Setting<unknown>): unknown {
    try {
      const source = sourceOf(setting, this.environment);
      if (source !== undefined) this.given.add(setting.name);
      const text = source ?? setting.default;
      if (text !== undefined) return setting.parse(text);
      if (setting.isRequired) this.problems.push(`${setting.name} is missing. ${setting.help}`);
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      this.problems.push(`${setting.name} ${error.message}.`);
    }
    return undefined;
  }
}

function databaseConstants(
  environment: Environment,
): Pick<DatabaseConfig, 'databaseUrlFile' | 'databaseLimits'> {
  const databaseUrlFile = variable(environment, fileVariable(databaseSettings.databaseUrl));
  return { databaseUrlFile, databaseLimits: DATABASE_LIMITS };
}
