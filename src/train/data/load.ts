import { isAbsolute, join } from 'node:path';
import { limitSplit, type Dataset } from './dataset.ts';
import { fashionMnist, type CacheOptions } from './fashion-mnist.ts';
import { readFolder } from './folder.ts';
import { mnist } from './mnist.ts';
import { synthetic, syntheticSize } from './synthetic.ts';

export interface LoadOptions extends CacheOptions {
  readonly classes: number;
  readonly seed: number;
  /** At most so many examples of each split. */
  readonly limit?: number | undefined;
  readonly cwd: string;
}

/** The data that a name or a folder stands for. Throws what reading and downloading throw. */
export async function loadData(name: string, options: LoadOptions): Promise<Dataset> {
  const { limit = Infinity } = options;
  const data = await load(name, options);
  return { ...data, train: limitSplit(data.train, limit), test: limitSplit(data.test, limit) };
}

async function load(
  name: string,
  { classes, seed, limit = Infinity, cwd, ...cache }: LoadOptions,
): Promise<Dataset> {
  switch (name) {
    case 'fashion-mnist':
      return fashionMnist(classes, cache);
    case 'mnist':
      return mnist(classes);
    case 'synthetic':
      return synthetic(seed, classes, {
        train: Math.min(limit, syntheticSize.train),
        test: Math.min(limit, syntheticSize.test),
      });
    default:
      return readFolder(isAbsolute(name) ? name : join(cwd, name), classes, name);
  }
}
