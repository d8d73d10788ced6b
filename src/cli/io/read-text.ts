import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { VggError } from '../../core/errors/error.ts';
import type { Io } from './io.ts';
import { reasonOf } from './reason.ts';

/** No description of layers is larger; a file of weights is. */
const LIMIT_MIB = 4;
const LIMIT = LIMIT_MIB * 2 ** 20;

/** What standard input is called in error messages. */
export const STDIN = '<stdin>';

/**
 * The text of a file. Sizes are known before anything is read, and no more than the limit is ever held.
 * Throws `file-missing`, `file-is-folder`, `file-unreadable`, `file-too-large`, `file-empty` or `file-not-text`.
 */
export async function readText(file: string, cwd: string): Promise<string> {
  const path = resolve(cwd, file);
  try {
    const about = await stat(path);
    if (about.isDirectory()) throw new VggError('file-is-folder', {}, { file });
    if (about.size > LIMIT) throw tooLarge(file);
    return await readAll(createReadStream(path), file);
  } catch (error) {
    if (error instanceof VggError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new VggError('file-missing', {}, { file });
    throw new VggError('file-unreadable', { reason: reasonOf(error) }, { file });
  }
}

/** The text of standard input; stops reading beyond the limit. Throws as `readText`. */
export function readStdin(io: Io): Promise<string> {
  return readAll(io.stdin, STDIN);
}

async function readAll(chunks: AsyncIterable<Uint8Array>, file: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > LIMIT) throw tooLarge(file);
    parts.push(chunk);
  }
  const text = decode(Buffer.concat(parts), file);
  if (text.trim() === '') throw new VggError('file-empty', {}, { file });
  return text;
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Not UTF-8: the same answer as for a zero byte.
  }
  throw new VggError('file-not-text', {}, { file });
}

const tooLarge = (file: string) => new VggError('file-too-large', { limit: `${LIMIT_MIB} MiB` }, { file });
