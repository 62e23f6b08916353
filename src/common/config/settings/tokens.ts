import { ellipticKeys, encryptionKeys, signingSecrets } from '../secrets.js';
import { duration, integer, oneOf, required, setting, text } from '../setting.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Access tokens, refresh tokens and sessions. */
export const tokenSettings = {
  accessSecrets: required(
    'JWT_ACCESS_SECRET',
    signingSecrets,
    'Signs access tokens; at least 32 bytes. Up to three, comma-separated: the first signs, all verify.',
  ),
  refreshSecrets: required(
    'JWT_REFRESH_SECRET',
    signingSecrets,
    'Signs refresh tokens; must differ from JWT_ACCESS_SECRET.',
  ),
  jwtAlgorithm: setting('JWT_ALGORITHM', oneOf('HS256', 'ES256'), {
    default: 'HS256',
    help: 'Algorithm of access tokens. ES256 uses JWT_ACCESS_PRIVATE_KEYS.',
  }),
  accessPrivateKeys: setting('JWT_ACCESS_PRIVATE_KEYS', ellipticKeys, {
    default: '',
    help: 'P-256 private keys from npm run keys:new, at most three; the first signs, all verify.',
  }),
  encryptionKeys: setting('ENCRYPTION_KEYS', encryptionKeys, {
    default: '',
    help: 'Encrypts secrets in the database; at least 32 bytes. Up to three, comma-separated: the first encrypts, all decrypt.',
  }),
  accessTokenTtl: setting('ACCESS_TOKEN_TTL', duration({ min: 1_000, max: DAY }), {
    default: '10m',
    help: 'Lifetime of an access token, at most 1d.',
  }),
  refreshTokenTtl: setting('REFRESH_TOKEN_TTL', duration({ min: 1_000, max: 400 * DAY }), {
    default: '30d',
    help: 'Lifetime of a session and its refresh token, at most 400d. A shorter value also refuses refresh tokens that are valid for longer, so their users have to log in again.',
  }),
  refreshGrace: setting('REFRESH_GRACE', duration({ max: 5 * MINUTE }), {
    default: '30s',
    help: 'Time after a refresh in which repeated refreshes return the same refresh token; 0 allows none.',
  }),
  jwtIssuer: setting('JWT_ISSUER', text, {
    default: 'customer-api',
    help: 'Claim iss of the tokens.',
  }),
  jwtAudience: setting('JWT_AUDIENCE', text, {
    default: 'customer-api',
    help: 'Claim aud of the tokens.',
  }),
  sessionsPerUser: setting('SESSIONS_PER_USER', integer({ min: 1, max: 1_000 }), {
    default: '20',
    help: 'Maximum of active sessions of one user. Another log-in revokes the oldest one.',
  }),
};
