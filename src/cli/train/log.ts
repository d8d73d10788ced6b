import { appendFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { VggError } from '../../errors/error.ts';
import { reasonOf } from '../reason.ts';

/** Writes one entry as a line of JSON. */
export type Log = (entry: object) => void;

/**
 * `--log`: a file that begins with `start`, or goes on where a resumed training left it. Without a file nothing is
 * written. Throws `cannot-write`.
 */
export function openLog(file: string | undefined, cwd: string, start: object, append: boolean): Log {
  if (file === undefined) return () => {};
  const path = resolve(cwd, file);
  const write = (put: typeof appendFileSync, entry: object) => {
    try {
      put(path, `${JSON.stringify(entry)}\n`);
    } catch (error) {
      throw new VggError('cannot-write', { file, reason: reasonOf(error) });
    }
  };
  if (!append) write(writeFileSync, start);
  return (entry) => write(appendFileSync, entry);
}
