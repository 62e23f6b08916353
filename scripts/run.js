/**
 * `node scripts/run.js <command> [arguments]`, for the scripts of package.json. It is JavaScript,
 * because an old Node.js must be able to run it to print the remedy.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const readsTypeScript =
  major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);

if (readsTypeScript) {
  const { dispatch } = await import('./commands/dispatch.ts');
  const [name = '', ...args] = process.argv.slice(2);
  process.exitCode = await dispatch(name, args);
} else {
  process.stderr.write(
    `Node.js ${process.versions.node} is too old for this command. The project contains Node.js 24 as a\n` +
      'package, but the install script of that package has not run. Run it: npm rebuild node\n',
  );
  process.exitCode = 1;
}
