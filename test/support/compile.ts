import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The compiler errors of a file when one of its imported files has other content. */
export function compilerErrors(file: URL, replaced: URL, content: string): string[] {
  return errorsOf(fileURLToPath(file), fileURLToPath(replaced), content);
}

/** The compiler errors of source text, whose imports are relative to this folder. */
export function compilerErrorsOf(text: string): string[] {
  const path = fileURLToPath(new URL('text.ts', import.meta.url));
  return errorsOf(path, path, text);
}

/** Compiles a file. `replaced`, which need not exist, has this content. */
function errorsOf(path: string, replaced: string, content: string): string[] {
  const host = ts.createCompilerHost(OPTIONS);
  const getSourceFile = host.getSourceFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.fileExists = (name) => name === replaced || fileExists(name);
  host.getSourceFile = (name, ...options) =>
    name === replaced
      ? ts.createSourceFile(name, content, ts.ScriptTarget.ES2023)
      : getSourceFile(name, ...options);
  const program = ts.createProgram([path], OPTIONS, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  experimentalDecorators: true,
  types: ['node'],
};
