import { readFileSync, statSync } from 'node:fs';
import { type Setting, SettingError } from './setting.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Bytes. No setting is longer. A wrong path therefore cannot fill the memory. */
const FILE_LIMIT = 64 * 1024;
const WRITABLE_BY_ALL = 0o002;

/** The variable with the path of a file with the value: Docker and Kubernetes mount secrets as files. */
export const fileVariable = ({ name }: Pick<Setting<unknown>, 'name'>): string => `${name}_FILE`;

/**
 * Reads the text of a setting from its variable, or from the file in `NAME_FILE`. An empty text counts
 * as absent.
 *
 * @throws {SettingError} when both are set, or the file cannot be used
 */
export function sourceOf(setting: Setting<unknown>, environment: Environment): string | undefined {
  const text = variable(environment, setting.name);
  const path = variable(environment, fileVariable(setting));
  if (path === undefined) return text;
  if (text !== undefined) {
    throw new SettingError(`and ${fileVariable(setting)} are both set; set only one of them`);
  }
  return readSecretFile(path) || undefined;
}

/** With `node --env-file`, a byte order mark at the beginning of the file belongs to the first name. */
export function variable(environment: Environment, name: string): string | undefined {
  return environment[name] || environment[`\uFEFF${name}`] || undefined;
}

/**
 * The value in a file, without the line break that editors append, and without the byte order mark that
 * editors of Windows put before it.
 *
 * @throws {SettingError} whose message never contains the value
 */
export function readSecretFile(path: string): string {
  const { mode, size } = fileOrError(() => statSync(path));
  if ((mode & WRITABLE_BY_ALL) !== 0) {
    throw new SettingError('must not come from a file that every user can write');
  }
  if (size > FILE_LIMIT)
    throw new SettingError(`must come from a file of at most ${FILE_LIMIT} bytes`);
  return fileOrError(() => readFileSync(path, 'utf8')).replace(/^\uFEFF|\r?\n$/g, '');
}

function fileOrError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new SettingError(`cannot be read from its file (${code})`);
  }
}
