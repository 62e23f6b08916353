import { EMAIL_DETAIL, isEmail, isUsername, USERNAME_DETAIL } from '../validation/formats.js';
import { passwordWeakness } from '../security/password-rules.js';
import { isGuessable } from './secrets.js';
import { type Setting, SettingError } from './setting.js';
import { settings } from './settings.js';

type Settings = typeof settings;
type ValueOf<S> = S extends Setting<infer T> ? T : never;

/** The configuration, read once at start. Durations are milliseconds. */
export type Config = { readonly [Key in keyof Settings]: ValueOf<Settings[Key]> } & {
  readonly isProduction: boolean;
};

/** Injection token of {@link Config}. */
export const CONFIG = Symbol('Config');

/** Exit code for a configuration error, EX_CONFIG of sysexits(3). */
export const EXIT_CONFIG = 78;

export type Environment = Readonly<Record<string, string | undefined>>;

/** All problems of a configuration at once, each naming its variable and never its value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  }
}

/** @throws {ConfigError} */
export function readConfig(environment: Environment = process.env): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries<Setting<unknown>>(settings)) {
    values[key] = readSetting(setting, environment, problems);
  }
  values['isProduction'] = values['nodeEnv'] === 'production';
  const config = values as Config;
  problems.push(...crossCheck(config, environment));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function readSetting(
  setting: Setting<unknown>,
  environment: Environment,
  problems: string[],
): unknown {
  const given = environment[setting.name];
  const source = given === undefined || given === '' ? setting.default : given;
  if (source === undefined) {
    if (setting.isRequired) problems.push(`${setting.name} is missing. ${setting.help}`);
    return undefined;
  }
  try {
    return setting.parse(source);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    problems.push(`${setting.name} ${error.message}.`);
    return undefined;
  }
}

/** What no setting can tell on its own. A setting that was refused is undefined here. */
function crossCheck(config: Partial<Config>, environment: Environment): string[] {
  return [
    ...sharedSecrets(config),
    ...missingKeys(config),
    ...firstAdmin(config),
    ...unreachableAccounts(config),
    ...(config.isProduction ? unsafeInProduction(config, environment) : []),
  ];
}

function firstAdmin(config: Partial<Config>): string[] {
  const { adminUsername: username, adminEmail: email, adminPassword: password } = config;
  const problems: string[] = [];
  if ((username ?? email) === undefined && password === undefined) return problems;
  if ((username ?? email) === undefined || password === undefined) {
    problems.push('ADMIN_PASSWORD goes with ADMIN_USERNAME or ADMIN_EMAIL: set both or neither.');
  }
  if (username !== undefined && !isUsername(username)) {
    problems.push(`ADMIN_USERNAME ${USERNAME_DETAIL}.`);
  }
  if (email !== undefined && !isEmail(email)) problems.push(`ADMIN_EMAIL ${EMAIL_DETAIL}.`);
  if (password !== undefined) {
    const minimum = config.passwordMinLength ?? 8;
    const weakness = passwordWeakness(password, minimum, [username, email]);
    if (weakness) problems.push(`ADMIN_PASSWORD ${weakness.detail}.`);
  }
  return problems;
}

/** Activation without a way to send the codes would lock every new account out. */
function unreachableAccounts(config: Partial<Config>): string[] {
  const { accountActivation, mailUrl, smsWebhookUrl, isProduction } = config;
  if (accountActivation === 'email' && mailUrl === 'none') {
    return ['ACCOUNT_ACTIVATION=email needs a mail server in MAIL_URL.'];
  }
  if (accountActivation === 'mobile' && isProduction && smsWebhookUrl === undefined) {
    return ['ACCOUNT_ACTIVATION=mobile needs SMS_WEBHOOK_URL.'];
  }
  return [];
}

function sharedSecrets({ accessSecrets = [], refreshSecrets = [] }: Partial<Config>): string[] {
  return accessSecrets.some((secret) => refreshSecrets.includes(secret))
    ? ['JWT_REFRESH_SECRET must differ from JWT_ACCESS_SECRET.']
    : [];
}

function missingKeys({ jwtAlgorithm, accessPrivateKeys }: Partial<Config>): string[] {
  return jwtAlgorithm === 'ES256' && accessPrivateKeys?.length === 0
    ? ['JWT_ACCESS_PRIVATE_KEYS is missing; JWT_ALGORITHM=ES256 signs with it.']
    : [];
}

function unsafeInProduction(config: Partial<Config>, environment: Environment): string[] {
  const problems: string[] = [];
  const signing = [
    ['JWT_ACCESS_SECRET', config.accessSecrets],
    ['JWT_REFRESH_SECRET', config.refreshSecrets],
  ] as const;
  for (const [name, secrets = []] of signing) {
    if (secrets.some(isGuessable)) {
      problems.push(`${name} is well known or guessable; make one with: openssl rand -base64 48`);
    }
  }
  if (!environment['REGISTRATION']) {
    problems.push('REGISTRATION is missing: open lets strangers read customers, closed does not.');
  }
  if (config.corsOrigins?.includes('*')) {
    problems.push('CORS_ORIGINS must list origins; * is refused in production.');
  }
  if (!environment['MAIL_URL']) {
    problems.push('MAIL_URL is missing: name an SMTP server, or none to do without messages.');
  }
  if ((config.mailUrl ?? 'none') !== 'none' && config.publicUrl === undefined) {
    problems.push('PUBLIC_URL is missing: the links in messages begin with it.');
  }
  return problems;
}
