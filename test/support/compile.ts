import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The compiler errors of a file when one of its imported files has other content. */
export function compilerErrors(file: URL, replaced: URL, content: string): string[] {
  const path = fileURLToPath(file);
  return compile([path], new Map([[fileURLToPath(replaced), content]])).errorsOf(path);
}

/**
 * The compiler errors of each source text, whose imports are relative to this folder. One call for
 * several texts reads what they import only once.
 */
export function compilerErrorsOf(...texts: string[]): string[][] {
  const paths = texts.map((_, at) => fileURLToPath(new URL(`text-${at}.ts`, import.meta.url)));
  const { errorsOf } = compile(paths, new Map(paths.map((path, at) => [path, texts[at] ?? ''])));
  return paths.map(errorsOf);
}

/** @param replaced the contents of files that differ from those on disk, or that do not exist there */
function compile(
  paths: readonly string[],
  replaced: ReadonlyMap<string, string>,
): { errorsOf: (path: string) => string[] } {
  const host = ts.createCompilerHost(OPTIONS);
  const getSourceFile = host.getSourceFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.fileExists = (name) => replaced.has(name) || fileExists(name);
  host.getSourceFile = (name, ...options) => {
    const content = replaced.get(name);
    return content === undefined
      ? getSourceFile(name, ...options)
      : ts.createSourceFile(name, content, ts.ScriptTarget.ES2023);
  };
  const program = ts.createProgram(paths, OPTIONS, host);
  return {
    errorsOf: (path) =>
      program
        .getSemanticDiagnostics(program.getSourceFile(path))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  };
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
