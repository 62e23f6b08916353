import { createInterface, type Interface } from 'node:readline/promises';
// @ts-expect-error -- the package has no types
import untypedQrcode from 'qrcode-terminal';
import { type Config, readConfig } from '../common/config/config.js';
import { HealthService } from '../common/health/health.service.js';
import { PostgresCheck } from '../common/health/postgres-check.js';
import { Encryption } from '../common/security/encryption.js';
import { cleanCode } from '../common/validation/formats.js';
import { authenticatorUri } from '../mfa/authenticator-uri.js';
import { newTotpSecret, stepOf, toBase32 } from '../mfa/totp.js';
import type { User } from '../users/user.entity.js';
import type { LoginName } from '../users/users.repository.js';
import { Accounts, BY_COMMAND } from './accounts.js';
import { runOnAccount } from './command.js';

const qrcode = untypedQrcode as {
  generate: (text: string, options: { small: boolean }, onDrawn: (drawing: string) => void) => void;
};

const USAGE = 'Usage: npm run users:enrol-mfa -- <username or e-mail>';
const ATTEMPTS = 5;

/**
 * `npm run users:enrol-mfa -- <username or e-mail>` adds an authenticator application to an account. It
 * shows a QR code in the terminal. It needs the environment of the server.
 */
async function enrolMfa(name: LoginName): Promise<void> {
  const config = readConfig();
  const encryption = new Encryption(config, new HealthService(new PostgresCheck(config)));
  encryption.requireKey();
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const codes = await Accounts.use(config, async (accounts) => {
      const user = await accounts.findPerson(name);
      if (user.mfaEnabledAt !== null) {
        throw new Error(
          'The account already has a second factor. Remove it first: npm run users:reset-mfa',
        );
      }
      return enrol(config, accounts, encryption, user, terminal);
    });
    process.stdout.write(`Recovery codes. Each works once. They are not shown again:\n`);
    process.stdout.write(`${codes.join('\n')}\n`);
  } finally {
    terminal.close();
  }
}

async function enrol(
  config: Config,
  accounts: Accounts,
  encryption: Encryption,
  { id, ...user }: User,
  terminal: Interface,
): Promise<string[]> {
  const secret = newTotpSecret();
  const sealed = encryption.encrypt('totp_secret', id, secret);
  await accounts.changeLocked(id, (manager) => accounts.factors.replace(manager, id, sealed));
  const uri = authenticatorUri(config, user, secret);
  qrcode.generate(uri, { small: true }, (drawing) => process.stderr.write(`${drawing}\n`));
  process.stderr.write(`${uri}\nSecret: ${toBase32(secret)}\n`);
  const step = await confirmedStep(accounts, secret, id, terminal);
  return accounts.changeAndRevoke(id, 'mfa_enabled', async (manager, locked) => {
    const factor = await accounts.factors.find(manager, id);
    if (locked.mfaEnabledAt !== null || factor?.secret !== sealed) {
      throw new Error('Another authenticator was added meanwhile. Start again.');
    }
    await accounts.factors.useStep(manager, id, step);
    return accounts.mfaChanges.enable(manager, undefined, locked, BY_COMMAND);
  });
}

/** Asks for the code of the application until it is correct. */
async function confirmedStep(
  accounts: Accounts,
  secret: Buffer,
  id: string,
  terminal: Interface,
): Promise<number> {
  const end = new Promise<undefined>((resolve) => {
    terminal.once('close', () => resolve(undefined));
  });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const answer = await Promise.race([terminal.question('Code of the application: '), end]);
    if (answer === undefined) break;
    const code = cleanCode(answer);
    const factor = await accounts.factors.find(accounts.dataSource.manager, id);
    if (!factor || factor.isExpired) throw new Error('The code came too late. Start again.');
    const step = stepOf(secret, code, factor.step);
    if (step !== undefined) return step;
    process.stderr.write('The code is wrong.\n');
  }
  throw new Error('Nothing was changed.');
}

await runOnAccount(USAGE, enrolMfa);
