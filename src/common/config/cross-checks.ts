import { passwordWeakness } from '../security/password-rules.js';
import { EMAIL_DETAIL, isEmail, isUsername, USERNAME_DETAIL } from '../validation/formats.js';
import type { Config } from './config.js';
import { tooFewConnections } from './connection-shares.js';
import { isGuessable } from './secrets.js';

/** Characters. */
const METRICS_TOKEN_MINIMUM = 32;

/**
 * Checks the rules that concern several settings or only production. A refused setting is undefined.
 *
 * @param given the variables that were set
 */
export function crossCheck(config: Partial<Config>, given: ReadonlySet<string>): string[] {
  return [
    ...samePorts(config),
    ...tooFewConnections(config),
    ...sharedSecrets(config),
    ...missingKeys(config),
    ...sharedLimits(config),
    ...firstAdmin(config),
    ...unreachableAccounts(config),
    ...(config.isProduction ? unsafeInProduction(config, given) : []),
  ];
}

function samePorts({ port, opsPort }: Partial<Config>): string[] {
  return opsPort === port && opsPort !== undefined && opsPort !== 0
    ? ['OPS_PORT must differ from PORT.']
    : [];
}

function firstAdmin(config: Partial<Config>): string[] {
  const { adminUsername: username, adminEmail: email, adminPassword: password } = config;
  const problems: string[] = [];
  if ((username ?? email) === undefined && password === undefined) return problems;
  if ((username ?? email) === undefined || password === undefined) {
    problems.push('ADMIN_PASSWORD needs ADMIN_USERNAME or ADMIN_EMAIL: set both or neither.');
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

/** Without a way to send codes, activation would lock out every new account. */
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

function sharedSecrets(config: Partial<Config>): string[] {
  const { accessSecrets = [], refreshSecrets = [], encryptionKeys = [], metricsToken } = config;
  const problems: string[] = [];
  // Prometheus and its operators know the token. As a key, it would let them issue tokens.
  if (
    [...accessSecrets, ...refreshSecrets, ...encryptionKeys].some((key) => key === metricsToken)
  ) {
    problems.push('METRICS_TOKEN must differ from all other secrets.');
  }
  if (accessSecrets.some((secret) => refreshSecrets.includes(secret))) {
    problems.push('JWT_REFRESH_SECRET must differ from JWT_ACCESS_SECRET.');
  }
  if (encryptionKeys.some((key) => [...accessSecrets, ...refreshSecrets].includes(key))) {
    problems.push('ENCRYPTION_KEYS must differ from JWT_ACCESS_SECRET and JWT_REFRESH_SECRET.');
  }
  return problems;
}

function missingKeys({ jwtAlgorithm, accessPrivateKeys }: Partial<Config>): string[] {
  return jwtAlgorithm === 'ES256' && accessPrivateKeys?.length === 0
    ? ['JWT_ACCESS_PRIVATE_KEYS is missing; JWT_ALGORITHM=ES256 needs it to sign.']
    : [];
}

function sharedLimits({ rateLimitShared, redisUrl }: Partial<Config>): string[] {
  return rateLimitShared === 'on' && redisUrl === undefined
    ? ['RATE_LIMIT_SHARED=on needs REDIS_URL, because all instances count in Redis.']
    : [];
}

function unsafeInProduction(config: Partial<Config>, given: ReadonlySet<string>): string[] {
  return [...guessableSecrets(config), ...notChosen(config, given), ...impossibleFactor(config)];
}

/** Without a key nobody could add the required second factor, so all admins could remain guests. */
function impossibleFactor({ mfaRequiredRoles = [], encryptionKeys }: Partial<Config>): string[] {
  return mfaRequiredRoles.length > 0 && encryptionKeys?.length === 0
    ? ['MFA_REQUIRED_ROLES needs ENCRYPTION_KEYS, which encrypt the second factors.']
    : [];
}

function guessableSecrets(config: Partial<Config>): string[] {
  const { metricsToken } = config;
  const problems: string[] = [];
  const drawn = [
    ['JWT_ACCESS_SECRET', config.accessSecrets],
    ['JWT_REFRESH_SECRET', config.refreshSecrets],
    ['ENCRYPTION_KEYS', config.encryptionKeys],
  ] as const;
  for (const [name, secrets = []] of drawn) {
    if (secrets.some(isGuessable)) {
      problems.push(`${name} is guessable; make one with: openssl rand -base64 48`);
    }
  }
  if (metricsToken !== undefined && isWeakToken(metricsToken)) {
    problems.push(
      `METRICS_TOKEN must be random and have at least ${METRICS_TOKEN_MINIMUM} characters; ` +
        'make one with: openssl rand -base64 32',
    );
  }
  return problems;
}

function isWeakToken(token: string): boolean {
  return token.length < METRICS_TOKEN_MINIMUM || isGuessable(token);
}

/** Settings without a safe default for production. */
function notChosen(config: Partial<Config>, given: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  if (!given.has('REGISTRATION')) {
    problems.push(
      'REGISTRATION is missing: with open, strangers can read customers; closed is safe.',
    );
  }
  if (!given.has('TRUST_PROXY')) {
    problems.push(
      'TRUST_PROXY is missing: the number or addresses of the proxies, 0 for none. With a wrong ' +
        'value, rate limits count the proxy as one client, or clients can forge their IP.',
    );
  }
  if (config.corsOrigins?.includes('*')) {
    problems.push('CORS_ORIGINS must list origins; * is refused in production.');
  }
  if (!given.has('MAIL_URL')) {
    problems.push('MAIL_URL is missing: set an SMTP server, or none to send no mail.');
  }
  if (sendsLinks(config) && config.publicUrl === undefined) {
    problems.push('PUBLIC_URL is missing: the links in mails and text messages begin with it.');
  }
  return problems;
}

function sendsLinks({ mailUrl = 'none', smsWebhookUrl }: Partial<Config>): boolean {
  return mailUrl !== 'none' || smsWebhookUrl !== undefined;
}
