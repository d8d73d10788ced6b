import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { IncomingMessage } from 'node:http';
import { VggError } from '../../core/errors/error.ts';
import { get } from './http.ts';
import type { Environment } from './proxy.ts';
import { replaceable } from '../../files/write-whole.ts';
import { makeFolder } from '../make-folder.ts';

export interface DownloadOptions {
  /** Hexadecimal MD5 that the file must have. */
  readonly md5: string;
  /** Bytes beyond which an answer is refused. */
  readonly limit: number;
  /** Milliseconds without a byte after which an attempt fails. */
  readonly timeout?: number;
  /** Milliseconds that the whole may take, all attempts together. */
  readonly deadline?: number;
  /** Attempts in a row that bring no byte before the download fails. */
  readonly attempts?: number;
  readonly signal?: AbortSignal | undefined;
  /** Names the proxies. */
  readonly env: Environment;
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

/** The peer failed in a way that another attempt may mend. */
class Interrupted extends Error {}

/**
 * Downloads `url` to `file`: into `file.part`, checked, then renamed, so that `file` is whole or not there. A cut
 * connection goes on where it stopped (Range), and so does the next run after a kill or when the time is over. After
 * another failure nothing is left.
 * Throws `download-failed`, `data-checksum`, `cache-unwritable`.
 */
export async function download(url: URL, file: string, options: DownloadOptions): Promise<void> {
  const { deadline = 3_600_000, signal } = options;
  const late = AbortSignal.timeout(deadline);
  try {
    await downloadTo(file, url, {
      ...options,
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
  } catch (error) {
    if (!late.aborted || signal?.aborted || error instanceof VggError) throw error;
    throw new VggError('download-failed', { url: url.href, reason: `not whole within ${deadline / 1000} s` });
  }
}

async function downloadTo(file: string, url: URL, options: DownloadOptions): Promise<void> {
  const part = `${file}.part`;
  try {
    await writing(file, () => makeFolder(dirname(file)));
    const found = await sizeOf(part);
    await fetchAll(url, part, options);
    if ((await md5Of(part)) !== options.md5 && found > 0) {
      // What an earlier run left behind may be of another file: once more from the start.
      await rm(part, { force: true });
      await fetchAll(url, part, options);
    }
    const actual = await md5Of(part);
    if (actual !== options.md5) {
      throw new VggError('data-checksum', { file: url.href, expected: options.md5, actual });
    }
    await writing(file, async () => {
      await replaceable(file);
      await rename(part, file);
    });
  } catch (error) {
    // An interruption and the end of the time keep the part for the next run; a failure leaves nothing half-written.
    if (options.signal?.aborted !== true) await rm(part, { force: true }).catch(() => {});
    throw error;
  }
}

async function fetchAll(url: URL, part: string, options: DownloadOptions): Promise<void> {
  const { attempts = 3 } = options;
  for (let failures = 0; ;) {
    const before = await sizeOf(part);
    try {
      return await fetchOnce(url, part, before, options);
    } catch (error) {
      if (!(error instanceof Interrupted) || options.signal?.aborted) throw error;
      failures = (await sizeOf(part)) > before ? 1 : failures + 1;
      if (failures >= attempts)
        throw new VggError('download-failed', { url: url.href, reason: error.message });
    }
  }
}

async function fetchOnce(url: URL, part: string, from: number, options: DownloadOptions): Promise<void> {
  const { timeout = 20_000, signal, env } = options;
  const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
  const response = await get(url, { timeout, signal, headers, env }).catch((error: Error) => {
    throw signal?.aborted ? error : new Interrupted(error.message || (error as NodeJS.ErrnoException).code);
  });
  const { statusCode = 0 } = response;
  if (statusCode === 416 && from > 0) {
    // There is nothing after what we have: it is whole, or of another file. The checksum will tell.
    response.destroy();
    return;
  }
  if (statusCode >= 500) {
    response.destroy();
    throw new Interrupted(`the server answered ${statusCode}`);
  }
  const start = statusCode === 206 ? rangeStart(response) : 0;
  if ((statusCode !== 200 && statusCode !== 206) || (start !== 0 && start !== from)) {
    response.destroy();
    throw new VggError('download-failed', { url: url.href, reason: `the server answered ${statusCode}` });
  }
  const handle = await writing(part, async () => {
    await replaceable(part);
    return open(part, start === 0 ? 'w' : 'a');
  });
  try {
    await receive(response, handle, start, part, { ...options, url });
    await writing(part, () => handle.sync());
  } finally {
    await handle.close();
  }
}

async function receive(
  response: IncomingMessage,
  handle: FileHandle,
  start: number,
  part: string,
  { url, limit, timeout = 20_000, signal, onProgress }: DownloadOptions & { readonly url: URL },
): Promise<void> {
  const length = response.headers['content-length'];
  const total = length === undefined ? undefined : start + Number(length);
  let done = start;
  const bound = (bytes: number) => {
    if (bytes <= limit) return;
    response.destroy();
    throw new VggError('download-failed', { url: url.href, reason: `more than ${limit} bytes` });
  };
  bound(total ?? 0);
  response.setTimeout(timeout, () => response.destroy(new Error(`no byte within ${timeout / 1000} s`)));
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      done += chunk.length;
      bound(done);
      await writing(part, () => writeAll(handle, chunk));
      onProgress?.(done, total);
    }
  } catch (error) {
    if (error instanceof VggError || signal?.aborted) throw error;
    throw new Interrupted(
      (error as Error).message === 'aborted' ? 'the connection was cut' : String((error as Error).message),
    );
  }
  if (total !== undefined && done !== total) throw new Interrupted('the connection was cut');
}

async function writeAll(handle: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
}

/** The first byte of a partial answer, from `content-range: bytes 100-199/200`. */
function rangeStart(response: IncomingMessage): number {
  return Number(/^bytes (\d+)-/.exec(response.headers['content-range'] ?? '')?.[1] ?? NaN);
}

/** Runs a write to the cache; its failures become `cache-unwritable`. */
async function writing<T>(file: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw new VggError('cache-unwritable', { file, reason: (error as Error).message });
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Hexadecimal MD5 of a file's content. */
export async function md5Of(file: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
