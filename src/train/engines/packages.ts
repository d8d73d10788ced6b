import { createRequire } from 'node:module';
import { join } from 'node:path';
import { VggError } from '../../core/errors/error.ts';

let userFolder: string | undefined;

/** Names the folder where the user works. It is the process's, as the packages are once they are loaded. */
export function lookForPackagesFrom(folder: string): void {
  userFolder = folder;
}

/** Optional packages are looked for beside vgg-inspect, then from the user's folder (for a global installation). */
const places = () => [
  createRequire(import.meta.url),
  ...(userFolder === undefined ? [] : [createRequire(join(userFolder, 'package.json'))]),
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
 * Throws `package-missing` with the one command that adds `packages`, or `package-broken` with its own reason.
 */
export function loadPackage<T>(name: string, what: string, packages: readonly string[], beside?: string): T {
  const file = resolvePackage(name, beside);
  if (file === undefined) throw new VggError('package-missing', { what, packages });
  try {
    return createRequire(file)(file) as T;
  } catch (error) {
    throw new VggError('package-broken', { name, reason: firstLine((error as Error).message) });
  }
}
