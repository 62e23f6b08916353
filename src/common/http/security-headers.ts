import type { Config } from '../config/config.js';
import type { Area } from './area.js';

const COMMON = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
};

const NOTHING_LOADS = "default-src 'none'; frame-ancestors 'none'";

/** Swagger UI loads its own files, and uses inline styles and data URLs for icons. */
const SWAGGER_UI =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; font-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

const YEAR = 31_536_000;

type Headers = Readonly<Record<string, string>>;

/** The security headers of every response, including errors. They are created once. */
export function securityHeaders(config: Config): Readonly<Record<Area, Headers>> {
  const common = {
    ...COMMON,
    ...(config.isProduction && {
      'strict-transport-security': `max-age=${YEAR}; includeSubDomains`,
    }),
  };
  const docs = { ...common, 'content-security-policy': SWAGGER_UI };
  const other = { ...common, 'content-security-policy': NOTHING_LOADS };
  const api = { ...other, 'cache-control': 'no-store' };
  return { api, docs, operations: other, other, unknown: api };
}
