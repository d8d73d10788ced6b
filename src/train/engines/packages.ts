import { createRequire } from 'node:module';
import { join } from 'node:path';
import { VggError } from '../../core/errors/error.ts';

let namedFolder: string | undefined;

/** Sets the folder that the user named. It is the process's, as the packages are once they are loaded. */
export function lookForPackagesFrom(folder: string | undefined): void {
  namedFolder = folder;
}

/**
 * Optional packages are looked for in the folder that the user named, then beside vgg-inspect. The working folder is
 * not asked: packages may hold native code, and a folder of a stranger's must not bring any.
 */
const places = () => [
  ...(namedFolder === undefined ? [] : [createRequire(join(namedFolder, 'package.json'))]),
  createRequire(import.meta.url),
];

/**
 * The file that a package name stands for; undefined when it is not installed. `beside` is a file of a package whose
 * neighbors are asked first: packages that share a third must come from one installation.
 */
export function resolvePackage(name: string, beside?: string): string | undefined {
  const first = beside === undefined ? [] : [createRequire(beside)];
  for (const place of [...first, ...places()]) {
    try {
      return place.resolve(name);
    } catch {
      // Not there: the next place.
    }
  }
  return undefined;
}

/** Node lists the files that asked for a module in further lines. */
const firstLine = (text: string) => text.split('\n', 1)[0]!;

/**
 * Loads a CommonJS package that may not be installed.
 * Throws `package-missing` with the one command that adds `packages`, `megabytes` on disk where that is much, or `package-broken` with its own reason.
 */
export function loadPackage<T>(
  name: string,
  what: string,
  packages: readonly string[],
  { beside, megabytes }: { readonly beside?: string | undefined; readonly megabytes?: number } = {},
): T {
  const file = resolvePackage(name, beside);
  if (file === undefined)
    throw new VggError('package-missing', { what, packages, ...(megabytes !== undefined && { megabytes }) });
  try {
    return createRequire(file)(file) as T;
  } catch (error) {
    throw new VggError('package-broken', { name, reason: firstLine((error as Error).message) });
  }
}
