import { appendFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { VggError } from '../../../core/errors/error.ts';
import { replaceable } from '../../../files/write-whole.ts';
import { reasonOf } from '../../io/reason.ts';

/** Writes one entry as a line of JSON. */
export type Log = (entry: object) => void;

/**
 * `--log`: a file, a device or a pipe that begins with `start`, or goes on where a resumed training left it. Without a file nothing is
 * written. A line that the disk has no room for is taken back. Throws `cannot-write`.
 */
export async function openLog(
  file: string | undefined,
  cwd: string,
  start: object,
  append: boolean,
): Promise<Log> {
  if (file === undefined) return () => {};
  const path = resolve(cwd, file);
  const log: Log = (entry) => {
    const before = sizeOf(path);
    try {
      appendFileSync(path, `${JSON.stringify(entry)}\n`);
    } catch (error) {
      if (before !== undefined) takeBack(path, before);
      throw new VggError('cannot-write', { file, reason: reasonOf(error) });
    }
  };
  try {
    await replaceable(path, { orDevice: true });
    if (!append) writeFileSync(path, '');
  } catch (error) {
    throw new VggError('cannot-write', { file, reason: reasonOf(error) });
  }
  if (!append) log(start);
  return log;
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;

function takeBack(path: string, size: number): void {
  try {
    truncateSync(path, size);
  } catch {
    // A device or a file that is gone: there is nothing to take back.
  }
}
