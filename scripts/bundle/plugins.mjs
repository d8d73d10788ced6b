import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

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

/** Large packages that only some inputs need are bundles of their own, loaded when one is read. */
const apart = {
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: /^(yaml|web-tree-sitter)$/ }, ({ path }) => ({
      path: `./${path}.cjs`,
      external: true,
    }));
    onResolve({ filter: /^https?-proxy-agent$/ }, () => ({ path: './proxy-agents.cjs', external: true }));
  },
};

/** The package looks up fifteen border characters by two names each for every cell: a third of its time. */
const lookUps = `CHAR_NAMES.forEach(function (name) {
      setOption(optionsChars, tableChars, name, chars);
    });`;

/**
 * The table package without its optional colors, counting columns as the reports do (both counts agree), and with the
 * table's border characters for cells that have none of their own.
 */
export const leanTables = {
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

/** For the program. */
export const plugins = [ownAddress, lateChildProcess, apart, leanTables];
