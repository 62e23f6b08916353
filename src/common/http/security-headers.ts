import type { Config } from '../config/config.js';
import { API_PREFIX } from './prefix.js';

const COMMON = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
};

const NOTHING_LOADS = "default-src 'none'; frame-ancestors 'none'";

/** Swagger UI loads its own files, styles itself inline and draws its icons from data URLs. */
const SWAGGER_UI =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; font-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

const YEAR = 31_536_000;

/** On every response, errors too. */
export function securityHeaders(config: Config, url: string): Record<string, string> {
  return {
    ...COMMON,
    'content-security-policy': url.startsWith('/docs') ? SWAGGER_UI : NOTHING_LOADS,
    ...(config.isProduction && {
      'strict-transport-security': `max-age=${YEAR}; includeSubDomains`,
    }),
    ...(url.startsWith(`/${API_PREFIX}`) && { 'cache-control': 'no-store' }),
  };
}
