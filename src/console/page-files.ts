import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../audit/audit-actions.js';
import { ROLES, SCOPES } from '../common/security/permissions.js';
import { COUNTRIES, LANGUAGES } from '../customers/iso-codes.js';
import { FIELD_NAMES } from '../customers/customer-fields.js';
import { EVENT_TYPES } from '../events/event-types.js';
import { USER_KINDS, USER_STATUSES } from '../users/user.entity.js';
import { DELIVERY_STATES } from '../webhooks/webhook-delivery.entity.js';

export interface PageFile {
  type: string;
  text: string;
}

const FOLDER = join(import.meta.dirname, 'page');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The packages that the page imports, by the name of the file that each is served as. */
const PACKAGES = {
  preact: 'preact.js',
  'preact/hooks': 'preact-hooks.js',
  htm: 'htm.js',
  uqr: 'uqr.js',
};

/** Files for browsers, next to the one that Node.js resolves. */
const FILES: Readonly<Record<string, string>> = {
  htm: 'htm.module.js',
  uqr: 'index.mjs',
  '@picocss/pico': 'pico.jade.min.css',
};

/** What fields can hold, from the code that checks it. The page offers these values in menus. */
const VALUES = {
  action: AUDIT_ACTIONS,
  outcome: AUDIT_OUTCOMES,
  country: [...COUNTRIES],
  language: [...LANGUAGES],
  kind: USER_KINDS,
  role: ROLES,
  status: USER_STATUSES,
  scopes: SCOPES,
  types: EVENT_TYPES,
  state: DELIVERY_STATES,
  /** Where a column of a file can go. */
  target: ['id', ...FIELD_NAMES.filter((name) => name !== 'metadata')],
};

/** All files of the page by name. They are few and small. */
export function readPageFiles(): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const name of readdirSync(FOLDER)) {
    const type = TYPES[extname(name)];
    if (type !== undefined) add(files, name, readFileSync(join(FOLDER, name), 'utf8'), type);
  }
  for (const [name, file] of Object.entries(PACKAGES)) {
    add(files, file, readFileSync(moduleOf(name), 'utf8'));
  }
  addStyleSheet(files, readFileSync(moduleOf('@picocss/pico'), 'utf8'));
  add(files, 'constants.js', `export const VALUES = ${JSON.stringify(VALUES)};\n`);
  return files;
}

function add(
  files: Map<string, PageFile>,
  name: string,
  text: string,
  type = 'text/javascript; charset=utf-8',
): void {
  files.set(name, { type, text: name.endsWith('.js') ? withFileNames(text) : text });
}

/**
 * Names the files of packages. A browser knows no packages without an import map, which is inline
 * and so against the page's policy. A source map is not served.
 */
function withFileNames(text: string): string {
  return text
    .replace(
      /\bfrom ?(["'])(preact\/hooks|preact|htm|uqr)\1/g,
      (_all, _quote, name: keyof typeof PACKAGES) => `from './${PACKAGES[name]}'`,
    )
    .replace(/^\/\/# sourceMappingURL=.*$/m, '');
}

/** The page's policy allows no `data:` images. Each icon of the sheet becomes a file of its own. */
function addStyleSheet(files: Map<string, PageFile>, text: string): void {
  const sheet = text.replace(/url\("data:image\/svg\+xml,([^"]+)"\)/g, (_all, icon: string) => {
    const name = `pico-${files.size}.svg`;
    add(files, name, decodeURIComponent(icon), TYPES['.svg']);
    return `url("./${name}")`;
  });
  add(files, 'pico.css', sheet, TYPES['.css']);
}

function moduleOf(name: string): string {
  const file = createRequire(import.meta.url).resolve(name);
  const module = FILES[name];
  return module === undefined ? file : join(dirname(file), module);
}
