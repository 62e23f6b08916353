import { type Target, targetOf } from './targets.js';

/** One entry of the parameter `columns`: `First Name+Last Name:name`, or `Notes:-`. */
export interface ColumnRule {
  /** The names in the parameter, without quotes. Their values are joined with a blank. */
  sources: readonly string[];
  /** The sources as written, because a header itself may contain a `+`. */
  text: string;
  /** Undefined drops the column. */
  target: Target | undefined;
}

const MAXIMUM_RULES = 200;

/**
 * Reads the parameter `columns`: `source:target`, comma-separated. A source that contains a comma,
 * colon, plus or quote is enclosed in quotes, as in CSV.
 *
 * @returns undefined when it cannot be read
 */
export function parseColumnRules(text: string): readonly ColumnRule[] | undefined {
  const rules: ColumnRule[] = [];
  const taken = new Set<string>();
  for (const entry of splitOutsideQuotes(text, ',')) {
    const rule = parseRule(entry);
    if (!rule || rules.length === MAXIMUM_RULES) return undefined;
    const name = rule.target && JSON.stringify(rule.target);
    if (name !== undefined && taken.has(name)) return undefined;
    if (name !== undefined) taken.add(name);
    rules.push(rule);
  }
  return rules;
}

function parseRule(entry: string): ColumnRule | undefined {
  const parts = splitOutsideQuotes(entry, ':');
  const targetName = parts.pop()?.trim() ?? '';
  const text = parts.join(':').trim();
  const target = targetOf(targetName);
  if (text === '' || (!target && targetName !== '-')) return undefined;
  const sources = splitOutsideQuotes(text, '+').map((source) => unquoted(source.trim()));
  if (sources.some((source) => source === undefined || source === '')) return undefined;
  return { sources: sources as string[], text: unquoted(text) ?? text, target };
}

/** @returns undefined for a misplaced quote */
function unquoted(source: string): string | undefined {
  if (!source.startsWith('"')) return source;
  return /^"(?:[^"]|"")*"$/.test(source) ? source.slice(1, -1).replaceAll('""', '"') : undefined;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') isQuoted = !isQuoted;
    if (text[at] === separator && !isQuoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
