import { randomBytes } from 'node:crypto';
// Node loads `promises` when it is first used, `node:fs/promises` at once; most commands write no file.
import { constants, promises, type Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Bytes handed to the file at once: a larger write would hold up Ctrl-C. */
const CHUNK = 1 << 24;

export type Content = string | Uint8Array | Iterable<Uint8Array>;

export interface WriteOptions {
  /** Whether a device or a pipe may take the bytes, also through a link, as `/dev/stdout` is one. */
  readonly orDevice?: boolean;
}

/**
 * Writes a file so that a kill at any moment leaves the old one or the new one, never a part: into a new file of its
 * own beside it, flushed, renamed, the folder flushed. A file that is replaced keeps its mode. Links are not followed:
 * a name that is one is refused, and so is all else that is no regular file. After a failure nothing is left behind;
 * what a kill leaves, `removeUnfinished` removes. Throws the errors of the operating system and `NotAFile`.
 */
export async function writeWhole(file: string, content: Content, options: WriteOptions = {}): Promise<void> {
  const before = await replaceable(file, options);
  if (before && !before.isFile()) {
    return writeInto(await promises.open(file, constants.O_WRONLY), content);
  }
  const temporary = join(dirname(file), `.${stemOf(file)}.${randomBytes(8).toString('hex')}.tmp`);
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  const handle = await promises.open(
    temporary,
    O_WRONLY | O_CREAT | O_EXCL | noFollow,
    modeOf(before) ?? 0o666,
  );
  try {
    await writeInto(handle, content, modeOf(before));
    await promises.rename(temporary, file);
  } catch (error) {
    await promises.rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await flushFolder(dirname(file));
}

/** A name that is taken by what must not be written. */
export class NotAFile extends Error {}

/**
 * What has this name: nothing, or what may be replaced or written. Throws `NotAFile` for links and for what is no
 * regular file.
 */
export async function replaceable(
  file: string,
  { orDevice = false }: WriteOptions = {},
): Promise<Stats | undefined> {
  const there = await promises.lstat(file).catch(missing);
  if (!there || there.isFile()) return there;
  const behind = there.isSymbolicLink() ? await promises.stat(file).catch(missing) : there;
  if (behind && orDevice && !behind.isFile() && !behind.isDirectory()) return behind;
  if (there.isSymbolicLink()) throw new NotAFile('it is a symbolic link, which is not followed');
  throw new NotAFile(there.isDirectory() ? 'it is a folder' : 'it is not a regular file');
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** Not known on Windows. */
const noFollow = constants.O_NOFOLLOW ?? 0;

const modeOf = (before: Stats | undefined) => before && before.mode & 0o777;

/** Enough to tell whose it is; a name has at most 255 bytes, and the temporary one is longer. */
const stemOf = (file: string) => basename(file).slice(0, 50);

/** Writes and closes. With a mode, whatever the process masks, the file has it. */
async function writeInto(handle: FileHandle, content: Content, mode?: number): Promise<void> {
  try {
    if (mode !== undefined) await handle.chmod(mode);
    for (const bytes of chunksOf(content)) {
      for (let at = 0; at < bytes.length;) {
        at += (await handle.write(bytes, at, Math.min(CHUNK, bytes.length - at))).bytesWritten;
      }
    }
    if ((await handle.stat()).isFile()) await handle.sync();
  } finally {
    await handle.close();
  }
}

function chunksOf(content: Content): Iterable<Uint8Array> {
  if (typeof content === 'string') return [Buffer.from(content)];
  return content instanceof Uint8Array ? [content] : content;
}

/** Makes a rename last through a power cut; where folders cannot be flushed (Windows) there is nothing to do. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await promises.open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync().catch(() => {});
  } finally {
    await handle?.close();
  }
}

/** Removes what killed writes of this file left beside it. Only where no other process writes it. */
export async function removeUnfinished(file: string): Promise<void> {
  const folder = dirname(file);
  const start = `.${stemOf(file)}.`;
  for (const name of await promises.readdir(folder).catch(() => [])) {
    const left = name.startsWith(start) && /^[0-9a-f]{16}\.tmp$/.test(name.slice(start.length));
    if (left) await promises.rm(join(folder, name), { force: true });
  }
}
