import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { VggError } from '../../core/errors/error.ts';
import { download, md5Of, type DownloadOptions } from './download.ts';
import { readFolder } from './folder.ts';
import type { Dataset } from './dataset.ts';
import type { Environment } from './proxy.ts';

/** The four files and the MD5 that torchvision and the data set's authors state for them. */
const FILES = [
  ['train-images-idx3-ubyte.gz', '8d4fb7e6c68d591d4c3dfef9ec88bf0d'],
  ['train-labels-idx1-ubyte.gz', '25c81989df183df01b3e8a0aad5dffbe'],
  ['t10k-images-idx3-ubyte.gz', 'bef4ecab320f06d8554ea6380940ec79'],
  ['t10k-labels-idx1-ubyte.gz', 'bb300cfdad3c16e7a12a480ee83cd310'],
] as const;

/** Where the authors publish the data set; the checksums make plain http safe. */
const HOME = 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/';

/** The largest of the files has 26 MB. */
const LIMIT = 32 * 2 ** 20;

export interface CacheOptions extends Omit<DownloadOptions, 'md5' | 'limit' | 'onProgress'> {
  readonly onProgress?: (file: string, done: number, total: number | undefined) => void;
  /** Names and checksums, for tests. */
  readonly files?: readonly (readonly [name: string, md5: string])[];
}

/** `$XDG_CACHE_HOME/vgg-inspect`, or `~/.cache/vgg-inspect`. A relative XDG_CACHE_HOME is ignored, as its specification asks. */
export function cacheFolder(env: Environment): string {
  const base = env['XDG_CACHE_HOME'];
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'vgg-inspect');
}

/**
 * Fashion-MNIST from the cache, downloaded into it on first use. `VGG_INSPECT_FASHION_MNIST` names another server.
 * Throws `download-failed`, `data-checksum`, `cache-unwritable`, `bad-mirror`, and what reading IDX throws.
 */
export async function fashionMnist(classes: number, options: CacheOptions): Promise<Dataset> {
  const { env, files = FILES, onProgress, ...rest } = options;
  const folder = join(cacheFolder(env), 'fashion-mnist');
  const base = mirror(env);
  for (const [name, md5] of files) {
    const file = join(folder, name);
    if (await isWhole(file, md5)) continue;
    await download(new URL(name, base), file, {
      ...rest,
      env,
      md5,
      limit: LIMIT,
      onProgress: (done, total) => onProgress?.(name, done, total),
    });
  }
  return readFolder(folder, classes, 'fashion-mnist');
}

function mirror(env: Environment): URL {
  const given = env['VGG_INSPECT_FASHION_MNIST'] || HOME;
  try {
    const url = new URL(given.endsWith('/') ? given : `${given}/`);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  } catch {
    // Said below.
  }
  throw new VggError('bad-mirror', { value: given });
}

/** A cached file is trusted only with its checksum: a disk may have filled, a hand may have changed it. */
async function isWhole(file: string, md5: string): Promise<boolean> {
  const there = await access(file).then(
    () => true,
    () => false,
  );
  return there && (await md5Of(file)) === md5;
}
