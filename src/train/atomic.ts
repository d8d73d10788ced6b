import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes handed to the file at once: a larger write would hold up Ctrl-C. */
const CHUNK = 1 << 24;

/** The name under which a file is being written. */
export const unfinished = (file: string) => `${file}.part`;

/**
 * Writes a file so that a kill at any moment leaves the old one or the new one, never a part: under another name,
 * flushed, renamed, the folder flushed. After a failure nothing is left behind; a killed write leaves the other name,
 * which the next write takes over.
 */
export async function writeAtomically(file: string, chunks: Iterable<Uint8Array>): Promise<void> {
  const part = unfinished(file);
  try {
    const handle = await open(part, 'w');
    try {
      for (const bytes of chunks) {
        for (let at = 0; at < bytes.length;) {
          at += (await handle.write(bytes, at, Math.min(CHUNK, bytes.length - at))).bytesWritten;
        }
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw error;
  }
  await flushFolder(dirname(file));
}

/** Makes a rename last through a power cut; where folders cannot be flushed (Windows) there is nothing to do. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync().catch(() => {});
  } finally {
    await handle?.close();
  }
}
