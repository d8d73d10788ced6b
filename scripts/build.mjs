// Writes dist/: the library by tsc, the command line by esbuild. Does nothing where dist/ already is what the sources
// and the packages give, which their contents tell, never their times.
// Usage: node scripts/build.mjs
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const bundle = join(dist, 'bundle');
const stamp = join(root, 'node_modules', '.cache', 'vgg-inspect', 'build');
const sources = [
  'src',
  'scripts/build.mjs',
  'scripts/bundle',
  // Of its runs the pieces of the program are grouped.
  'fixtures/torch/vgg.py',
  'esbuild.config.mjs',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
  'package-lock.json',
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    buildIfStale();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** After it dist/ is what src/ gives, with V8's compiled code for this Node. Returns whether there was anything to do. */
export function buildIfStale() {
  const wanted = fingerprint(sources.map((name) => join(root, name)));
  const stale = !existsSync(stamp) || readFileSync(stamp, 'utf8') !== `${wanted} ${built()}`;
  if (stale) {
    rmSync(stamp, { force: true });
    const emitted = new Set(
      node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--listEmittedFiles')
        .split('\n')
        .filter((line) => line.startsWith('TSFILE: '))
        .map((line) => join(line.slice('TSFILE: '.length))),
    );
    for (const file of files(dist)) {
      if (!emitted.has(file) && dirname(file) !== bundle) rmSync(file);
    }
  }
  // V8's compiled code is kept for each Node.
  if (!stale && hasCompiled()) return false;
  node('esbuild.config.mjs');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, `${wanted} ${built()}`);
  return true;
}

/** Runs a script in the project; returns its stdout. */
function node(script, ...args) {
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 };
  try {
    return execFileSync(process.execPath, [join(root, script), ...args], options);
  } catch (error) {
    // tsc says on stdout what is wrong.
    process.stderr.write(`${error.stdout ?? ''}`.replaceAll(/^TSFILE: .*\n/gm, ''));
    throw new Error(`${script} failed`, { cause: error });
  }
}

/** The contents of dist/, but for V8's compiled code. */
function built() {
  return fingerprint(files(dist).filter((file) => !file.endsWith('.cache')));
}

function hasCompiled() {
  return files(bundle).some((file) => file.endsWith(`.${process.version}-${process.arch}.cache`));
}

/** Names and contents of files and folders. */
function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(files)) {
    const text = readFileSync(file);
    hash.update(`${relative(root, file)}\0${text.length}\0`).update(text);
  }
  return hash.digest('hex');
}

/** All files below a folder, sorted; a file is itself; nothing is nothing. */
function files(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
