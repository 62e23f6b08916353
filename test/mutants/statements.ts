import ts from 'typescript';
import { type Mutant, mutantsIn, nodesIn } from './mutant.ts';

const TESTS = [
  'e2e/keys/keys',
  'e2e/sessions/revocation-reads',
  'e2e/sessions/sessions',
  'e2e/sessions/shared-settings',
  'e2e/mfa/step-up',
  'e2e/auth/',
  'e2e/users/',
  'e2e/operations/instances',
  'faults/postgres-failover',
];

const FILES = ['src/sessions/**/*.ts', 'src/one-time-codes/*.ts'];

/** Removes each condition of each WHERE that decides whether a session or a code is valid. */
export function conditionMutants(): Mutant[] {
  return mutantsIn(FILES, TESTS, function* (source, mutate) {
    for (const text of nodesIn(source, isText)) {
      if (text.getText().includes('pg_stat_activity')) continue; // it only decides how far a read looks back
      const [sql, start] = [text.getText().slice(1, -1), text.getStart() + 1];
      const whole = { from: 0, to: sql.length, joiner: 'AND' };
      for (const { from, to, joiner } of ts.isStringLiteral(text) ? [whole] : conditionsIn(sql)) {
        const condition = sql.slice(from, to);
        // With TRUE alone, PostgreSQL could not determine the types of the parameters.
        const without = joiner === 'OR' ? `(${condition} AND FALSE)` : `(${condition} OR TRUE)`;
        yield mutate({ start: start + from, end: start + to }, without, `without ${condition}`);
      }
    }
  });
}

function isText(node: ts.Node): node is ts.StringLiteral | ts.TemplateLiteral {
  if (ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node)) return true;
  // The conditions of a list are separate string literals.
  return ts.isStringLiteral(node) && node.parent.getText().startsWith('new Conditions(');
}

interface Clause {
  depth: number;
  /** The start of the current condition. */
  from: number;
  joiner: 'AND' | 'OR';
  conditions: { from: number; to: number }[];
}

const WORDS = /[()]|\b(?:WHERE|ON(?!\s+CONFLICT)|AND|OR|RETURNING|ORDER|GROUP|LIMIT|OFFSET|FOR)\b/g;

/** The conditions of each WHERE and ON of a statement, including nested ones. */
function conditionsIn(sql: string): { from: number; to: number; joiner: 'AND' | 'OR' }[] {
  const open: Clause[] = [];
  const closed: Clause[] = [];
  let depth = 0;
  const endCondition = (clause: Clause, at: number): void => {
    const to = clause.from + sql.slice(clause.from, at).trimEnd().length;
    const from = clause.from + sql.slice(clause.from, to).search(/\S/);
    clause.conditions.push({ from, to });
  };
  const close = (at: number, above: number): void => {
    while ((open.at(-1)?.depth ?? -1) > above) {
      const clause = open.pop();
      if (!clause) return;
      endCondition(clause, at);
      closed.push(clause);
    }
  };
  for (const { 0: word, index } of sql.matchAll(WORDS)) {
    const clause = open.at(-1);
    if (word === '(') depth += 1;
    else if (word === ')') close(index, (depth -= 1));
    else if (word === 'AND' || word === 'OR') {
      if (clause?.depth !== depth) continue;
      endCondition(clause, index);
      Object.assign(clause, { joiner: word, from: index + word.length });
    } else {
      close(index, depth - 1);
      if (word !== 'WHERE' && word !== 'ON') continue;
      open.push({ depth, from: index + word.length, joiner: 'AND', conditions: [] });
    }
  }
  close(sql.length, -1);
  return closed.flatMap(({ conditions, joiner }) =>
    conditions.map((condition) => ({ ...condition, joiner })),
  );
}
