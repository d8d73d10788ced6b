import { existsSync, readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';

/** The file that each piece of the program lies in; put in by the build, the files carry their hashes. */
declare const FILES: Readonly<Record<string, string>>;

interface Module {
  exports: unknown;
}
type Require = (name: string) => unknown;
type Piece = (module: Module, exports: unknown, require: Require) => void;

const modules = new Map<string, Module>();
const tables = new Map<string, Readonly<Record<string, Piece>>>();
const scripts = new Map<string, Script>();

/** Node 22.1 and later can keep compiled code by themselves; what the build kept is measured to load faster. */
const { enableCompileCache } = nodeModule as { enableCompileCache?: () => unknown };
let always = false;

/** Part of the build: from now on files without a cache are compiled so that one can be made. */
export const compileAlways = (): void => void (always = true);

/** A piece of the program, run when it is first asked for; any other name is a package or a module of Node's. */
export function load(name: string): unknown {
  const known = modules.get(name);
  if (known) return known.exports;
  const file = FILES[name];
  if (file === undefined) return require(name);
  const module: Module = { exports: {} };
  modules.set(name, module);
  table(file)[name]!(module, module.exports, load);
  return module.exports;
}

/** The names of the pieces that have run. */
export const loaded = (): string[] => [...modules.keys()];

/** The files that have been compiled here, with what V8 made of them. */
export const compiled = (): ReadonlyMap<string, Script> => scripts;

/** What this Node's V8 has made of a file, where the build kept it. */
export const cacheOf = (file: string): string =>
  join(__dirname, `${file}.${process.version}-${process.arch}.cache`);

function table(file: string): Readonly<Record<string, Piece>> {
  const known = tables.get(file);
  if (known) return known;
  const cache = cacheOf(file);
  const cachedData = existsSync(cache) ? readFileSync(cache) : undefined;
  const pieces = cachedData || always ? compile(file, cachedData) : required(file);
  tables.set(file, pieces);
  return pieces;
}

function required(file: string): Readonly<Record<string, Piece>> {
  enableCompileCache?.();
  return require(join(__dirname, file)) as Readonly<Record<string, Piece>>;
}

/** A file as `require` would load it, from the cache where that fits: V8 refuses what another V8 compiled. */
function compile(file: string, cachedData?: Buffer): Readonly<Record<string, Piece>> {
  const filename = join(__dirname, file);
  const script = new Script(nodeModule.wrap(readFileSync(filename, 'utf8')), {
    filename,
    ...(cachedData && { cachedData }),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  scripts.set(file, script);
  const module: Module = { exports: {} };
  (script.runInThisContext() as (...args: unknown[]) => void)(
    module.exports,
    require,
    module,
    filename,
    __dirname,
  );
  return module.exports as Readonly<Record<string, Piece>>;
}
