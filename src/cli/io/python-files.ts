import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PythonFiles } from '../../arch/python.ts';

/** No file that defines networks is larger. */
export const PYTHON_LIMIT_MIB = 4;

/** A full name of a module; no other is looked for. */
const DOTTED = /^\w+(?:\.\w+)*$/;

const wasm = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../dist/bundle/${name}`, import.meta.url)));

/** Modules are looked for in the folder of the file, and in those that are named; nothing else is read. */
export function pythonFiles(
  file: string,
  cwd: string,
  folders: readonly string[],
  print: (text: string) => void,
): PythonFiles {
  const roots = [dirname(resolve(cwd, file)), ...folders.map((folder) => resolve(cwd, folder))];
  return {
    parser: () => ({ runtime: wasm('web-tree-sitter.wasm'), grammar: wasm('tree-sitter-python.wasm') }),
    print,
    list(name) {
      if (!DOTTED.test(name)) return [];
      return roots.flatMap((root) => {
        const folder = join(root, ...name.split('.'));
        if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
        return readdirSync(folder).flatMap((file) => (/^\w+\.py$/.test(file) ? [file.slice(0, -3)] : []));
      });
    },
    find(name) {
      if (!DOTTED.test(name)) return undefined;
      for (const root of roots) {
        const path = join(root, ...name.split('.'));
        for (const [candidate, isPackage] of [
          [join(path, '__init__.py'), true],
          [`${path}.py`, false],
        ] as const) {
          if (!isSource(candidate)) continue;
          return { source: readFileSync(candidate, 'utf8'), file: relative(cwd, candidate), isPackage };
        }
        // A folder without an __init__.py is a package as well.
        if (existsSync(path) && statSync(path).isDirectory())
          return { source: '', file: relative(cwd, path), isPackage: true };
      }
      return undefined;
    },
  };
}

function isSource(path: string): boolean {
  if (!existsSync(path)) return false;
  const about = statSync(path);
  return about.isFile() && about.size <= PYTHON_LIMIT_MIB * 2 ** 20;
}
