import { parseArgs } from 'node:util';
import { isScope, type Role, type Scope, SCOPES } from '../common/security/permissions.js';
import { isBlank, isOneLine, isUsername, USERNAME_DETAIL } from '../common/validation/formats.js';
import { UsageError } from './command.js';

const ROLES = ['user', 'viewer', 'guest'] as const satisfies readonly Role[];
const MOST_DAYS = 400;
const LONGEST_NAME = 100;

export const CREATE_KEY_USAGE = `Usage: npm run keys:create -- <username> --scopes <scopes> [options]

  <username>  the service account; the command creates it if it does not exist
  --scopes    what the key may do, comma-separated: ${SCOPES.join(', ')}
                --scopes customers:read,events:read
  --name      what the key is for; default: Command line
  --role      the role of a new account: user (default), viewer or guest. A scope has no effect if
              the role does not have the permission
  --days      days until the key expires, 1 to ${MOST_DAYS}; default: 90

Prints the key once, on standard output. The service stores only its hash.`;

export interface CreateKeyArguments {
  username: string;
  scopes: Scope[];
  name: string;
  role: (typeof ROLES)[number];
  /** Undefined for the default. */
  days: number | undefined;
}

/** @throws UsageError */
export function parseCreateKey(args: string[]): CreateKeyArguments {
  const { username, scopes, name, role, days } = read(args);
  if (username === undefined || scopes === undefined) {
    throw new UsageError(CREATE_KEY_USAGE);
  }
  requireThat(isUsername(username), `The username ${USERNAME_DETAIL}.`);
  requireThat(!isBlank(name) && isOneLine(name) && name.length <= LONGEST_NAME, NAME_DETAIL);
  requireThat(days === undefined || isDays(days), `--days must be from 1 to ${MOST_DAYS}.`);
  const knownRole = ROLES.find((known) => known === role);
  if (!knownRole) throw new UsageError(`--role must be one of ${ROLES.join(', ')}.`);
  return {
    username,
    scopes: scopesOf(scopes),
    name,
    role: knownRole,
    days: days === undefined ? undefined : Number(days),
  };
}

function read(args: string[]) {
  const text = { type: 'string' } as const;
  const options = {
    scopes: text,
    name: { ...text, default: 'Command line' },
    role: { ...text, default: 'user' },
    days: text,
  } as const;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [username, ...rest] = positionals;
    requireThat(rest.length === 0, CREATE_KEY_USAGE);
    return { username, ...values };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function scopesOf(text: string): Scope[] {
  const wanted = [...new Set(text.split(',').map((scope) => scope.trim()))];
  const known = wanted.filter(isScope);
  requireThat(known.length === wanted.length, `--scopes must be some of ${SCOPES.join(', ')}.`);
  return known;
}

function isDays(text: string): boolean {
  return /^[1-9][0-9]{0,2}$/.test(text) && Number(text) <= MOST_DAYS;
}

function requireThat(isValid: boolean, problem: string): void {
  if (!isValid) throw new UsageError(problem);
}

const NAME_DETAIL = `--name must be 1 to ${LONGEST_NAME} characters long, without control characters.`;
