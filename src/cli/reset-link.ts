import { DataSource } from 'typeorm';
import { AuditEvent } from '../audit/audit-event.entity.js';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { type Config, ConfigError, EXIT_CONFIG, readConfig } from '../common/config/config.js';
import { CaseFolding } from '../common/database/case-folding.js';
import { dataSourceOptions } from '../common/database/data-source.js';
import { KeyedHashes } from '../common/security/keyed-hashes.js';
import { Cursors } from '../common/pagination/cursors.js';
import { OneTimeCode } from '../one-time-codes/one-time-code.entity.js';
import { OneTimeCodesRepository } from '../one-time-codes/one-time-codes.repository.js';
import { RESET_TOKEN_LIFE, ResetTokens } from '../one-time-codes/reset-tokens.js';
import { lockUser } from '../sessions/lock-user.js';
import { resetLink } from '../users/messages/reset-link.js';
import { OutstandingCredentialsService } from '../users/outstanding-credentials.service.js';
import { User } from '../users/user.entity.js';
import { type LoginName, UsersRepository } from '../users/users.repository.js';

const USAGE = 'Usage: npm run users:reset-link -- <username or e-mail>';

/**
 * `npm run users:reset-link -- <username or e-mail>`: prints a reset link, for accounts that no
 * message can reach, and voids everything else that is outstanding for the account. It needs the
 * environment of the server, whose database it opens.
 */
async function main([name, ...rest]: string[]): Promise<number> {
  if (name === '--help' || name === '-h') return say(USAGE);
  if (!name || rest.length > 0) return fail(USAGE, EXIT_USAGE);
  const config = readConfig();
  const created = await createLink(
    config,
    name.includes('@') ? { email: name } : { username: name },
  );
  if ('refusal' in created) return fail(created.refusal, 1);
  process.stdout.write(`${created.link}\n`);
  process.stderr.write(`Valid for one use within ${RESET_TOKEN_LIFE} minutes.\n${created.note}`);
  return 0;
}

/** The link, and what else its reader has to know; or why there is none. */
type Created = { link: string; note: string } | { refusal: string };

/** EX_USAGE of sysexits(3). */
const EXIT_USAGE = 64;

async function createLink(config: Config, name: LoginName): Promise<Created> {
  const dataSource = new DataSource({
    ...dataSourceOptions(config),
    entities: [User, OneTimeCode, AuditEvent],
  });
  await dataSource.initialize();
  const cursors = new Cursors(new KeyedHashes(config));
  const users = new UsersRepository(dataSource, cursors);
  const audit = new AuditEventsRepository(dataSource, cursors);
  const codes = new OneTimeCodesRepository(dataSource);
  const tokens = new ResetTokens(codes, new CaseFolding(dataSource));
  const outstanding = new OutstandingCredentialsService(users, codes);
  try {
    return await dataSource.transaction(async (manager) => {
      const user = await users.findByName(name, manager);
      const refusal = refusalOf(user);
      if (!user || refusal !== undefined) return { refusal: refusal ?? 'There is no such user.' };
      if (user.kind === 'service') throw new Error('A service account has no password.');
      await lockUser(manager, user.id);
      await outstanding.void(manager, user.id);
      await audit.record(manager, undefined, {
        action: 'password_reset_requested',
        subject: { type: 'user', id: user.id },
        details: { by: 'command' },
      });
      const link = resetLink(config, await tokens.issue(manager, user.id, null));
      return { link, note: noteOn(config, user) };
    });
  } finally {
    await dataSource.destroy();
  }
}

/** An account that could not use the link. */
function refusalOf(user: User | undefined): string | undefined {
  if (user?.kind === 'service') return 'This is a service account. It has keys, and no password.';
  if (user?.status !== 'disabled') return undefined;
  return 'The account is disabled, so it cannot use a link. Make its status active first.';
}

/** A link that no message brought confirms no address. */
function noteOn({ accountActivation }: Config, { status }: User): string {
  if (status !== 'pending' || accountActivation === 'none') return '';
  return 'The account is pending: after the new password it still has to be activated.\n';
}

function say(message: string): number {
  process.stdout.write(`${message}\n`);
  return 0;
}

function fail(message: string, code: number): number {
  process.stderr.write(`${message}\n`);
  return code;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.exitCode = fail(message, error instanceof ConfigError ? EXIT_CONFIG : 1);
}
