import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface ComposeService {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  healthcheck?: { test?: string[]; disable?: boolean };
  depends_on?: Record<string, { condition: string }>;
  [option: string]: unknown;
}

export interface Compose {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
}

/** Reads docker-compose.yml like Compose, with the variables filled in for `${NAME:-default}`. */
export function readCompose(variables: Readonly<Record<string, string>> = {}): Compose {
  const file = join(import.meta.dirname, '../../docker-compose.yml');
  const text = interpolate(readFileSync(file, 'utf8'), variables).replaceAll('$$', '$');
  return parse(text, { merge: true }) as Compose;
}

/** Replaces the innermost variables first, because a default may contain another variable. */
function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  const filled = text.replaceAll(
    /\$\{(\w+):-([^{}]*)\}/g,
    (_, name: string, value: string) => variables[name] || value,
  );
  return filled === text ? text : interpolate(filled, variables);
}
