import { editDistance } from '../validation/edit-distance.js';
import { settings } from './settings.js';

const KNOWN = Object.values(settings).flatMap(({ name }) => [name, `${name}_FILE`]);

/** Variables of Node.js, npm and PostgreSQL, which are not mistakes. */
const FOREIGN = /^(NODE_|NPM_|npm_|PG|UV_|TZ$|LANG$|LC_|PATH$|HOME$)/;

/** A sentence for each name that is not a setting. */
export function unknownNames(names: readonly string[]): string[] {
  return names
    .map((name) => name.replace(/^\uFEFF/, ''))
    .filter((name) => !KNOWN.includes(name) && !FOREIGN.test(name))
    .map((name) => {
      const similar = nearest(name);
      return `${name} is not a setting.${similar === undefined ? '' : ` Did you mean ${similar}?`}`;
    });
}

/** The same, but only for names that are similar to a setting. */
export function misspeltNames(names: readonly string[]): string[] {
  return unknownNames(names.filter((name) => nearest(name) !== undefined));
}

/** The setting that differs by one typing mistake, or by two in a long name. */
function nearest(name: string): string | undefined {
  return KNOWN.find((known) => known.length > 4 && editDistance(name, known) <= known.length / 7);
}
