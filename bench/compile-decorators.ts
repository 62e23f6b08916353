import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

// `node --import` this file to run plain-nest.ts, because Node.js removes types but knows no decorators.
const { ModuleKind, ScriptTarget } = ts;
const compilerOptions: ts.CompilerOptions = {
  target: ScriptTarget.ES2023,
  module: ModuleKind.ESNext,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
};

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith('/plain-nest.ts')) return nextLoad(url, context);
    const source = readFileSync(fileURLToPath(url), 'utf8');
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    return { format: 'module', source: outputText, shortCircuit: true };
  },
});
