import type { Conditions } from './conditions.js';

/** A text to be found in any of these columns, which need a trigram index. */
export interface TextSearch {
  text: string;
  columns: readonly string[];
}

/** How many rows a search looks at in the order of the list before it asks the trigram index. */
export const PROBED_ROWS = 1_000;

export function searchCondition({ text, columns }: TextSearch, conditions: Conditions): string {
  const pattern = conditions.bind(containsPattern(text));
  return `(${columns.map((column) => `${column} ILIKE ${pattern}`).join(' OR ')})`;
}

/** A pattern for LIKE that matches the text anywhere and takes its wildcards literally. */
export function containsPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
