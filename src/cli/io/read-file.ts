import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { VggError } from '../../core/errors/error.ts';
import { decodeText } from '../../text/decode.ts';
import type { Io } from './io.ts';
import { reasonOf } from './reason.ts';

/** No text that describes networks, budgets or devices is larger. */
const TEXT_LIMIT_MIB = 4;

/** What standard input is called in error messages. */
export const STDIN = '<stdin>';

/**
 * The bytes of a file. Sizes are known before anything is read, and no more than the limit is ever held.
 * Throws `file-missing`, `file-is-folder`, `file-unreadable` or `file-too-large`.
 */
export async function readBytes(file: string, cwd: string, limitMiB: number): Promise<Uint8Array> {
  const path = resolve(cwd, file);
  try {
    const about = statSync(path);
    if (about.isDirectory()) throw new VggError('file-is-folder', {}, { file });
    if (about.size > limitMiB * 2 ** 20) throw tooLarge(file, limitMiB);
    return await readAll(createReadStream(path), file, limitMiB);
  } catch (error) {
    if (error instanceof VggError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new VggError('file-missing', {}, { file });
    throw new VggError('file-unreadable', { reason: reasonOf(error) }, { file });
  }
}

/** The text of a file. Throws as `readBytes` and `decodeText`. */
export async function readText(file: string, cwd: string): Promise<string> {
  return decodeText(await readBytes(file, cwd, TEXT_LIMIT_MIB), file);
}

/** The bytes of standard input; stops reading beyond the limit. Throws `file-too-large`. */
export function readStdin(io: Pick<Io, 'stdin'>, limitMiB: number): Promise<Uint8Array> {
  return readAll(io.stdin, STDIN, limitMiB);
}

async function readAll(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  limitMiB: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limitMiB * 2 ** 20) throw tooLarge(file, limitMiB);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

const tooLarge = (file: string, limitMiB: number) =>
  new VggError('file-too-large', { limit: `${limitMiB} MiB` }, { file });
