import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PythonFiles } from '../../arch/python.ts';
import { onDisk, type SourceFiles } from './source-files.ts';

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
  sources: SourceFiles = onDisk,
): PythonFiles {
  const roots = [dirname(resolve(cwd, file)), ...folders.map((folder) => resolve(cwd, folder))];
  return {
    parser: () => ({ runtime: wasm('web-tree-sitter.wasm'), grammar: wasm('tree-sitter-python.wasm') }),
    print,
    list(name) {
      if (!DOTTED.test(name)) return [];
      return roots.flatMap((root) => {
        const folder = join(root, ...name.split('.'));
        if (!sources.isFolder(folder)) return [];
        return sources.list(folder).flatMap((file) => (/^\w+\.py$/.test(file) ? [file.slice(0, -3)] : []));
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
          if (!sources.isFile(candidate)) continue;
          const source = Buffer.from(sources.read(candidate, PYTHON_LIMIT_MIB)).toString();
          return { source, file: relative(cwd, candidate), isPackage };
        }
        // A folder without an __init__.py is a package as well.
        if (sources.isFolder(path)) return { source: '', file: relative(cwd, path), isPackage: true };
      }
      return undefined;
    },
  };
}
