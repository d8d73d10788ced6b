import { resolve } from 'node:path';
import { VggError } from '../../core/errors/error.ts';
import { writeWhole, type WriteOptions } from '../../files/write-whole.ts';
import { reasonOf } from './reason.ts';

/** Writes a file that the user named, whole or not at all. Throws `cannot-write`. */
export async function writeFile(
  file: string,
  content: string | Uint8Array,
  cwd: string,
  options: WriteOptions = {},
): Promise<void> {
  try {
    await writeWhole(resolve(cwd, file), content, options);
  } catch (error) {
    throw new VggError('cannot-write', { file, reason: reasonOf(error) });
  }
}
