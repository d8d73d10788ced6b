import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { VggError } from '../../core/errors/error.ts';
import { reasonOf } from './reason.ts';

/**
 * Writes a file whole or not at all: into a new file beside it that then takes its name. What a link points to is
 * replaced, not the link; devices and pipes are written directly. Throws `cannot-write`.
 */
export function writeWhole(file: string, data: string | Uint8Array, cwd: string): void {
  try {
    const path = resolve(cwd, file);
    const before = statSync(path, { throwIfNoEntry: false });
    if (before && !before.isFile()) writeFileSync(path, data);
    else replace(before ? realpathSync(path) : path, data, before);
  } catch (error) {
    throw new VggError('cannot-write', { file, reason: reasonOf(error) });
  }
}

function replace(path: string, data: string | Uint8Array, before: Stats | undefined): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const handle = openSync(temporary, 'wx', before?.mode ?? 0o666);
    try {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
