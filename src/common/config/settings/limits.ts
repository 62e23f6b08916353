import { oneOf, quota, setting } from '../setting.js';

/** Rate limits. */
export const limitSettings = {
  rateLimit: setting('RATE_LIMIT', oneOf('on', 'off'), {
    default: 'on',
    help: 'off disables all limits below and the wait after failed log-ins.',
  }),
  rateLimitShared: setting('RATE_LIMIT_SHARED', oneOf('on', 'off'), {
    default: 'off',
    help: 'on counts the reads and writes of all instances together in Redis, for which each request waits. The other limits always count together.',
  }),
  rateLimitLogin: setting('RATE_LIMIT_LOGIN', quota, {
    default: '10/1m',
    help: 'Log-ins per IP.',
  }),
  rateLimitRegister: setting('RATE_LIMIT_REGISTER', quota, {
    default: '20/1h',
    help: 'Registrations per IP.',
  }),
  rateLimitRefresh: setting('RATE_LIMIT_REFRESH', quota, {
    default: '30/1m',
    help: 'Refreshes per session.',
  }),
  rateLimitForgot: setting('RATE_LIMIT_FORGOT', quota, {
    default: '3/1h',
    help: 'Messages of each kind that anyone may request for one e-mail or mobile. Further notices of changes are not sent.',
  }),
  rateLimitForgotIp: setting('RATE_LIMIT_FORGOT_IP', quota, {
    default: '10/1h',
    help: 'Requests for such messages per IP.',
  }),
  rateLimitReset: setting('RATE_LIMIT_RESET', quota, {
    default: '10/1h',
    help: 'Attempts per IP with a reset token or an activation code.',
  }),
  rateLimitPassword: setting('RATE_LIMIT_PASSWORD', quota, {
    default: '5/15m',
    help: 'Wrong current passwords per user, such as for a password change.',
  }),
  rateLimitRead: setting('RATE_LIMIT_READ', quota, {
    default: '600/1m',
    help: 'Reads per user, counted by each process; see RATE_LIMIT_SHARED.',
  }),
  rateLimitWrite: setting('RATE_LIMIT_WRITE', quota, {
    default: '120/1m',
    help: 'Writes per user, counted by each process; see RATE_LIMIT_SHARED. Log-outs count per session and IP. Each operation of a batch counts, so a batch cannot have more operations.',
  }),
  rateLimitServiceRead: setting('RATE_LIMIT_SERVICE_READ', quota, {
    default: '6000/1m',
    help: 'Reads per service account, counted like RATE_LIMIT_READ.',
  }),
  rateLimitServiceWrite: setting('RATE_LIMIT_SERVICE_WRITE', quota, {
    default: '1200/1m',
    help: 'Writes per service account, counted like RATE_LIMIT_WRITE.',
  }),
};
