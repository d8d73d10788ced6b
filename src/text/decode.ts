import { VggError } from '../core/errors/error.ts';

/** The text of a file's bytes. Throws `file-empty`, and `file-not-text` for what is not UTF-8 or has zero bytes. */
export function decodeText(bytes: Uint8Array, file: string): string {
  const text = decoded(bytes);
  if (text === undefined || text.includes('\0')) throw new VggError('file-not-text', {}, { file });
  if (text.trim() === '') throw new VggError('file-empty', {}, { file });
  return text;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
