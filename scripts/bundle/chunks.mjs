// The program in pieces: esbuild splits it where it imports at need, and each piece becomes a function of CommonJS, so
// that pieces which run together lie in one file, and V8's compiled code of them in another.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { build, transform } from 'esbuild';

/**
 * Each piece by the name under which others import it, such as `./main.js`.
 * @param {string} entry
 * @param {import('esbuild').BuildOptions} options
 * @returns {Promise<Map<string, string>>}
 */
export async function chunksOf(entry, options) {
  const { outputFiles = [] } = await build({
    ...options,
    entryPoints: [entry],
    format: 'esm',
    splitting: true,
  });
  const names = new Set(outputFiles.map(({ path }) => `./${basename(path)}`));
  /** @type {Map<string, string>} */
  const chunks = new Map();
  for (const { path, text } of outputFiles)
    chunks.set(`./${basename(path)}`, await asFunction(text, names, options));
  return chunks;
}

/**
 * A script that V8 has compiled before has no `import()` of what lies beside it; packages are imported as they are.
 * @param {string} text
 * @param {ReadonlySet<string>} names
 * @param {import('esbuild').BuildOptions} options
 */
async function asFunction(text, names, { target, minifySyntax, minifyWhitespace }) {
  const { code } = await transform(text, {
    format: 'cjs',
    target: target ?? [],
    minifySyntax: minifySyntax ?? false,
    minifyWhitespace: minifyWhitespace ?? false,
  });
  const body = code.replaceAll(/\bimport\("([^"]+)"\)/g, (whole, name) =>
    names.has(name) || name.endsWith('.cjs') ? `Promise.resolve().then(()=>require("${name}"))` : whole,
  );
  return `(module,exports,require)=>{${body}}`;
}

/**
 * Files of pieces: those that no earlier file has, by the name of the file. The rest comes last.
 * @param {ReadonlyMap<string, string>} chunks
 * @param {readonly (readonly [group: string, names: Iterable<string>])[]} groups
 * @returns {Map<string, { names: string[], text: string }>}
 */
export function grouped(chunks, groups) {
  /** @type {Map<string, { names: string[], text: string }>} */
  const files = new Map();
  /** @type {Set<string>} */
  const taken = new Set();
  /** @type {readonly [string, Iterable<string>]} */
  const rest = ['rest', chunks.keys()];
  for (const [group, wanted] of [...groups, rest]) {
    const own = [...wanted].filter((name) => !taken.has(name));
    own.forEach((name) => taken.add(name));
    const text = `module.exports={\n${own.map((name) => `${JSON.stringify(name)}:${chunks.get(name)}`).join(',\n')}\n};`;
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
    files.set(`${group}-${hash}.cjs`, { names: own, text });
  }
  return files;
}
