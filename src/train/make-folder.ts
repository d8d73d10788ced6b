import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing. Not by Node's own `recursive`, which never ends where a folder is
 * there and takes no others, as in /proc on Linux.
 */
export async function makeFolder(folder: string): Promise<void> {
  if (!(await exists(dirname(folder)))) await makeFolder(dirname(folder));
  try {
    await mkdir(folder);
  } catch (error) {
    // It is there already, or another process was faster.
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw error;
  }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
