// Bundles the command line into a few CommonJS files, of which most runs load one: measured to start faster than ES
// modules, whole or split, and than one file of it all.
// The library is not bundled; tsc has written it to dist/. In it the file that draws tables brings the table package
// along, so that bundlers for browsers do not meet the package's optional colors, which need Node.
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chunksOf, grouped } from './scripts/bundle/chunks.mjs';
import { leanTables, plugins } from './scripts/bundle/plugins.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const out = join(root, 'dist', 'bundle');

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.12',
  format: 'cjs',
  write: false,
  // Names stay, for the stack of an internal error.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  // Installed on demand, and found from where the package lies.
  external: ['@tensorflow/*', 'onnxruntime-node', 'webgpu'],
};

async function bundled(entry, options = {}) {
  const { outputFiles } = await build({ ...common, entryPoints: [entry], ...options });
  return outputFiles[0].text;
}

async function bundledText(contents) {
  const { outputFiles } = await build({ ...common, stdin: { contents, resolveDir: root } });
  return outputFiles[0].text;
}

/** Whole or not at all: the program may be running meanwhile. */
async function put(name, text) {
  const file = join(out, name);
  await writeFile(`${file}.${process.pid}`, text);
  await rename(`${file}.${process.pid}`, file);
  return file;
}

/** The same drawing as in the program, for the library. */
const proxyAgents = `export * from 'http-proxy-agent'; export * from 'https-proxy-agent';`;

async function libraryTables() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ['src/report/formats/table/grid.ts'],
    platform: 'neutral',
    mainFields: ['main'],
    format: 'esm',
    plugins: [leanTables],
  });
  await put('../report/formats/table/grid.js', outputFiles[0].text);
}

/** Runs the program as it lies there; returns the pieces that it loaded. */
async function piecesOf(...args) {
  const file = join(out, `loaded.${process.pid}`);
  const env = { ...process.env, VGG_INSPECT_LOADED: file };
  execFileSync(process.execPath, [join(out, 'keep-compiled.cjs'), ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const names = JSON.parse(await readFile(file, 'utf8'));
  await rm(file);
  return names;
}

/** Writes the program, its pieces in groups, and what starts it; returns the names of the files. */
async function putProgram(chunks, groups) {
  const files = grouped(chunks, groups);
  const place = Object.fromEntries(
    [...files].flatMap(([file, { names }]) => names.map((name) => [name, file])),
  );
  for (const [file, { text }] of files) await put(file, text);
  const define = { FILES: JSON.stringify(place) };
  await put('keep-compiled.cjs', await bundled('src/start/keep-compiled.ts', { define }));
  await put('start.cjs', await bundled('src/start/start.ts', { define }));
  return [...files.keys()];
}

/** What runs together: each file holds what these commands load, beyond that of the files before it. */
const runs = {
  program: [['vgg11'], ['vgg11', '--json']],
  python: [['fixtures/torch/vgg.py']],
  commands: [
    ['fit', 'vgg11', '--device', '8GiB'],
    ['compare', 'alexnet', 'vgg11'],
    ['reconcile', 'vgg11', '128806154'],
  ],
};

await mkdir(out, { recursive: true });
await libraryTables();
await put('yaml.cjs', await bundled('yaml'));
// What reads Python is loaded from beside the bundle, when there is some to read.
const { resolve } = createRequire(import.meta.url);
const grammar = join(dirname(resolve('tree-sitter-python/package.json')), 'tree-sitter-python.wasm');
await put('tree-sitter-python.wasm', await readFile(grammar));
await put(
  'web-tree-sitter.cjs',
  // It asks where it lies, and is given its WebAssembly all the same.
  `const parserAddress = require('node:url').pathToFileURL(__filename).href;${await bundled('web-tree-sitter', { define: { 'import.meta.url': 'parserAddress' } })}`,
);
await put('web-tree-sitter.wasm', await readFile(resolve('web-tree-sitter/web-tree-sitter.wasm')));
await put('proxy-agents.cjs', await bundledText(proxyAgents));

const chunks = await chunksOf('src/cli/main.ts', { ...common, outdir: out, plugins });
// Once in one file, to see what each command loads.
await putProgram(chunks, []);
const groups = [];
for (const [group, commands] of Object.entries(runs)) {
  const names = [];
  for (const command of commands) names.push(...(await piecesOf(...command)));
  groups.push([group, new Set(names)]);
}
const files = await putProgram(chunks, groups);
for (const commands of Object.values(runs)) await piecesOf(...commands[0]);

// From the data of which the help is made.
await put(
  'vgg-inspect.1',
  execFileSync(process.execPath, [join(out, 'start.cjs'), 'completion', 'man'], { encoding: 'utf8' }),
);

const kept = [
  'vgg-inspect.1',
  'start.cjs',
  'yaml.cjs',
  'proxy-agents.cjs',
  'tree-sitter-python.wasm',
  'web-tree-sitter.cjs',
  'web-tree-sitter.wasm',
];
for (const other of await readdir(out)) {
  const known = kept.includes(other) || files.some((file) => other === file || other.startsWith(`${file}.`));
  if (!known) await rm(join(out, other), { force: true });
}
