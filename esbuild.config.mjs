// Bundles the command line into one CommonJS file: measured to start faster than ES modules, whole or split.
// The library is not bundled; tsc has written it to dist/. In it the file that draws tables brings the table package
// along, so that bundlers for browsers do not meet the package's optional colors, which need Node.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const out = join(root, 'dist', 'bundle');

/** In the bundle each module still knows where tsc has put it, for what it finds beside itself. */
const ownAddress = {
  name: 'own-address',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!path.startsWith(join(root, 'src')) || !text.includes('import.meta.url')) return undefined;
      const built = relative(join(root, 'src'), path).split(sep).join('/').replace(/\.ts$/, '.js');
      const address = `require('node:url').pathToFileURL(__dirname + '/../${built}').href`;
      return { contents: text.replaceAll('import.meta.url', address), loader: 'ts' };
    });
  },
};

/** commander loads this for commands that are programs of their own; ours are not, so that it waits for a use. */
const lateChildProcess = {
  name: 'late-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes(`${sep}commander${sep}`) ? { path: 'child_process', namespace: 'late' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'late' }, () => ({
      contents: `module.exports = { get spawn() { return require('node:child_process').spawn; } };`,
    }));
  },
};

/**
 * A third of the code, and only specs need it: a bundle of its own, loaded when one is read. So are the agents that ask
 * a proxy, which are imported when a download goes through one: by `require`, since a script that V8 has compiled
 * before has no `import()`.
 */
const apart = {
  name: 'apart',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^web-tree-sitter$/ }, () => ({
      path: 'web-tree-sitter',
      namespace: 'apart-parser',
    }));
    onResolve({ filter: /^\.\/web-tree-sitter\.cjs$/, namespace: 'apart-parser' }, ({ path }) => ({
      path,
      external: true,
    }));
    onLoad({ filter: /.*/, namespace: 'apart-parser' }, () => ({
      contents: `module.exports = require('./web-tree-sitter.cjs');`,
    }));
    onResolve({ filter: /^yaml$/ }, () => ({ path: './yaml.cjs', external: true }));
    onResolve({ filter: /^\.\/proxy-agents\.cjs$/, namespace: 'apart' }, ({ path }) => ({
      path,
      external: true,
    }));
    onResolve({ filter: /^https?-proxy-agent$/ }, ({ path }) => ({ path, namespace: 'apart' }));
    onLoad({ filter: /.*/, namespace: 'apart' }, () => ({
      contents: `module.exports = require('./proxy-agents.cjs');`,
    }));
  },
};
const proxyAgents = `export * from 'http-proxy-agent'; export * from 'https-proxy-agent';`;

/** The package looks up fifteen border characters by two names each for every cell: a third of its time. */
const lookUps = `CHAR_NAMES.forEach(function (name) {
      setOption(optionsChars, tableChars, name, chars);
    });`;

/**
 * The table package without its optional colors, counting columns as the reports do (both counts agree), and with the
 * table's border characters for cells that have none of their own.
 */
const leanTables = {
  name: 'lean-tables',
  setup({ onResolve, onLoad }) {
    onLoad({ filter: /[\\/]cli-table3[\\/]src[\\/]cell\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes(lookUps)) throw new Error(`${path} looks up its border characters in another way`);
      return {
        contents: text.replace(lookUps, `if (this.options.chars) ${lookUps} else this.chars = tableChars;`),
      };
    });
    onResolve({ filter: /^(@colors\/colors\/safe|string-width)$/ }, ({ path, importer }) =>
      importer.includes(`${sep}cli-table3${sep}`) ? { path, namespace: 'lean-tables' } : undefined,
    );
    onLoad({ filter: /^@colors/, namespace: 'lean-tables' }, () => ({ contents: 'module.exports = {};' }));
    onLoad({ filter: /^string-width$/, namespace: 'lean-tables' }, () => ({
      contents: `module.exports = require('./src/report/sheet/width.ts').columnsOf;`,
      resolveDir: root,
    }));
  },
};

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

async function bundled(entry, { define = {}, plugins = [] } = {}) {
  const { outputFiles } = await build({ ...common, entryPoints: [entry], define, plugins });
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

await mkdir(out, { recursive: true });
await libraryTables();
const plugins = [ownAddress, lateChildProcess, apart, leanTables];
const program = await bundled('src/cli/main.ts', { plugins });
const name = `main-${createHash('sha256').update(program).digest('hex').slice(0, 12)}.cjs`;
const define = { BUNDLE: JSON.stringify(name) };
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
await put(name, program);
const keepCompiled = await put('keep-compiled.cjs', await bundled('src/start/keep-compiled.ts', { define }));
execFileSync(process.execPath, [keepCompiled, 'vgg11'], { stdio: ['ignore', 'ignore', 'inherit'] });
await put('start.cjs', await bundled('src/start/start.ts', { define }));
const kept = [
  'start.cjs',
  'yaml.cjs',
  'proxy-agents.cjs',
  'tree-sitter-python.wasm',
  'web-tree-sitter.cjs',
  'web-tree-sitter.wasm',
];
for (const other of await readdir(out)) {
  if (!kept.includes(other) && !other.startsWith(name)) await rm(join(out, other), { force: true });
}
