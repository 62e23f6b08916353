/** A pattern for LIKE that matches the text anywhere and takes its wildcards literally. */
export function containsPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** Whether any of the columns is like the pattern, whatever the case. */
export function anyLike(columns: readonly string[], pattern: string): string {
  return `(${columns.map((column) => `${column} ILIKE ${pattern}`).join(' OR ')})`;
}
