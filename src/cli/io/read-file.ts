import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { VggError } from '../../core/errors/error.ts';
import { inMemory, type RandomAccess } from '../../core/random-access.ts';
import { decodeText } from '../../text/decode.ts';
import type { Io } from './io.ts';
import { reasonOf } from './reason.ts';

/** No text that describes networks, budgets or devices is larger. */
const TEXT_LIMIT_MIB = 4;

/** In MiB; where the format is not known beforehand, as its first bytes tell. */
type Limit = number | ((start: Uint8Array) => number);

/** What standard input is called in error messages. */
export const STDIN = '<stdin>';

/**
 * The bytes of a file. Sizes are known before anything is read, and no more than the limit is ever held.
 * Throws `file-missing`, `file-is-folder`, `file-unreadable` or `file-too-large`.
 */
export async function readBytes(file: string, cwd: string, limitMiB: Limit): Promise<Uint8Array> {
  const path = resolve(cwd, file);
  try {
    const about = statSync(path);
    if (about.isDirectory()) throw new VggError('file-is-folder', {}, { file });
    if (typeof limitMiB === 'number' && about.size > limitMiB * 2 ** 20) throw tooLarge(file, limitMiB);
    return await readAll(createReadStream(path), file, limitMiB);
  } catch (error) {
    throw explained(error, file);
  }
}

/**
 * What `use` makes of a file of which it reads parts; the file is open until then. The limit is for what is read whole. Throws
 * as `readBytes`, and what `use`
 * throws.
 */
export async function inPieces<T>(
  file: string,
  cwd: string,
  limitMiB: Limit,
  use: (content: RandomAccess) => Promise<T>,
): Promise<T> {
  const path = resolve(cwd, file);
  let handle: number | undefined;
  try {
    const about = statSync(path);
    if (about.isDirectory()) throw new VggError('file-is-folder', {}, { file });
    // A pipe has no places to read from.
    if (!about.isFile()) return await use(inMemory(await readBytes(file, cwd, limitMiB)));
    handle = openSync(path, 'r');
    const open = handle;
    return await use({
      size: fstatSync(open).size,
      read(offset, length) {
        const bytes = new Uint8Array(length);
        return bytes.subarray(0, readSync(open, bytes, 0, length, offset));
      },
    });
  } catch (error) {
    throw isSystem(error) || error instanceof VggError ? explained(error, file) : error;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

const isSystem = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

function explained(error: unknown, file: string): VggError {
  if (error instanceof VggError) return error;
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new VggError('file-missing', {}, { file });
  return new VggError('file-unreadable', { reason: reasonOf(error) }, { file });
}

/** The text of a file. Throws as `readBytes` and `decodeText`. */
export async function readText(file: string, cwd: string): Promise<string> {
  return decodeText(await readBytes(file, cwd, TEXT_LIMIT_MIB), file);
}

/** The bytes of standard input; stops reading beyond the limit. Throws `file-too-large`. */
export function readStdin(io: Pick<Io, 'stdin'>, limitMiB: Limit): Promise<Uint8Array> {
  return readAll(io.stdin, STDIN, limitMiB);
}

async function readAll(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  limitMiB: Limit,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let most: number | undefined;
  for await (const chunk of chunks) {
    size += chunk.length;
    most ??= typeof limitMiB === 'number' ? limitMiB : limitMiB(chunk);
    if (size > most * 2 ** 20) throw tooLarge(file, most);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

const tooLarge = (file: string, limitMiB: number) =>
  new VggError('file-too-large', { limit: `${limitMiB} MiB` }, { file });
