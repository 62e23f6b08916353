import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');
/** Imports and exports from another file, except those of types alone. */
const IMPORT = /^(?:import|export) (?!type\b)(?:[^;']*? from )?'([^']+)';/gm;
/** Packages that only a server needs. Loading them would double the time in which a command starts. */
const OF_THE_SERVER = ['@nestjs/core', '@nestjs/swagger', 'class-validator', 'fastify', 'redis'];

/** The imports of a file, and of every file of the project that it imports, with the way to each. */
function importsOf(file: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (path: string, way: string): void => {
    for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(IMPORT)) {
      const isOwn = name.startsWith('.');
      const target = isOwn ? join(dirname(path), name.replace(/\.js$/, '.ts')) : name;
      if (found.has(target)) continue;
      const wayThere = `${way} > ${isOwn ? target.slice(SRC.length + 1) : target}`;
      found.set(target, wayThere);
      if (isOwn) visit(target, wayThere);
    }
  };
  visit(file, file.slice(SRC.length + 1));
  return found;
}

it.each(readdirSync(join(SRC, 'cli')))('%s loads no package that only a server needs', (name) => {
  const imports = importsOf(join(SRC, 'cli', name));
  expect(OF_THE_SERVER.flatMap((unwanted) => imports.get(unwanted) ?? [])).toEqual([]);
});

it('finds these packages in the server', () => {
  const imports = importsOf(join(SRC, 'main.ts'));
  expect(OF_THE_SERVER.filter((name) => !imports.has(name))).toEqual([]);
});
