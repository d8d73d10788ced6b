import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { VggError } from '../../core/errors/error.ts';
import { readSplit, type IdxFile } from './idx.ts';
import type { Dataset } from './dataset.ts';

/** The names that MNIST gave its four files and Fashion-MNIST kept. */
export const IDX_FILES = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
} as const;

/**
 * The four IDX files of a folder, each gzipped (`.gz`) or not.
 * Throws `data-missing` when one is not there, `data-unreadable`, and what reading IDX throws.
 */
export async function readFolder(folder: string, classes: number, name = basename(folder)): Promise<Dataset> {
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all(
    Object.values(IDX_FILES).map((file) => readEither(folder, file)),
  );
  const train = readSplit(trainImages!, trainLabels!, classes);
  const test = readSplit(testImages!, testLabels!, classes);
  if (train.rows !== test.rows || train.columns !== test.columns) {
    throw new VggError('data-sizes-differ', {
      train: [train.rows, train.columns],
      test: [test.rows, test.columns],
    });
  }
  return { name, classes, train, test };
}

async function readEither(folder: string, name: string): Promise<IdxFile> {
  for (const file of [join(folder, `${name}.gz`), join(folder, name)]) {
    try {
      return { file, bytes: await readFile(file) };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR')
        throw new VggError('data-unreadable', { file, reason: message });
    }
  }
  throw new VggError('data-missing', { folder, file: name });
}
