import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One import of a source file. */
export interface Import {
  /** `src/arch/load.ts` */
  readonly from: string;
  /** A source file, or the name of a package or of one of Node's modules. */
  readonly to: string;
  readonly external: boolean;
  /** Types alone: nothing of it is left at run time. */
  readonly typesOnly: boolean;
}

const STATIC =
  /^(?:import|export)\s+(type\s+)?(?:\*(?:\s+as\s+\w+)?|\w+|(?:\w+\s*,\s*)?\{([^}]*)\})\s+from\s+'([^']+)'/gm;
const BARE = /^import\s+'([^']+)'/gm;
const DYNAMIC = /\b(typeof\s+)?import\(\s*'([^']+)'\s*,?\s*\)/g;

const onlyTypes = (names: string | undefined) =>
  names !== undefined && names.split(',').every((name) => name.trim() === '' || /^\s*type\s/.test(name));

/** The imports that a text makes, dynamic ones as well. */
export function importsOf(from: string, text: string): Import[] {
  const found = (to: string, typesOnly: boolean): Import => {
    const external = !to.startsWith('.');
    const file = external
      ? to
      : normalize(join(dirname(from), to))
          .split(sep)
          .join('/');
    return { from, to: file, external, typesOnly };
  };
  return [
    ...[...text.matchAll(STATIC)].map(([, type, names, to]) =>
      found(to!, type !== undefined || onlyTypes(names)),
    ),
    ...[...text.matchAll(BARE)].map(([, to]) => found(to!, false)),
    ...[...text.matchAll(DYNAMIC)].map(([, type, to]) => found(to!, type !== undefined)),
  ];
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every source file, by its path from the root of the project. */
export function sources(): ReadonlyMap<string, string> {
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(root, file).split(sep).join('/'), readFileSync(file, 'utf8')]),
  );
}
