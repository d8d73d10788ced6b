import { entry, quote, size, type Pair } from './words.ts';

/** Data sets. */
export const data = {
  'data-missing': entry((a: { folder: string; file: string }) => ({
    message: `${a.folder} holds neither ${a.file}.gz nor ${a.file}`,
    hint: '--data takes fashion-mnist, mnist, synthetic, or a folder with the four IDX files',
  })),
  'data-unreadable': entry((a: { file: string; reason: string }) => ({
    message: `${a.file} cannot be read: ${a.reason}`,
  })),
  'data-not-idx': entry((a: { file: string }) => ({
    message: `${a.file} is not an IDX file of unsigned bytes`,
    hint: 'its first bytes must be 0 0 8 and the number of dimensions',
  })),
  'data-swapped': entry((a: { file: string; images: boolean }) => ({
    message: `${a.file} holds ${a.images ? 'images' : 'labels'} where ${a.images ? 'labels' : 'images'} belong`,
    hint: 'are two files swapped?',
  })),
  'data-truncated': entry((a: { file: string; expected: number; actual: number }) => ({
    message: `${a.file} has ${a.actual} bytes where its header promises ${a.expected}`,
    hint: 'the file is cut or damaged: fetch it again',
  })),
  'data-broken-gzip': entry((a: { file: string; reason: string }) => ({
    message: `${a.file} is a damaged gzip file: ${a.reason}`,
    hint: 'fetch it again',
  })),
  'data-empty': entry((a: { file: string }) => ({ message: `${a.file} holds no images` })),
  'data-counts-differ': entry((a: { images: string; labels: string; counts: Pair }) => ({
    message: `${a.images} holds ${a.counts[0]} images, ${a.labels} ${a.counts[1]} labels`,
    hint: 'the two files must belong together',
  })),
  'data-sizes-differ': entry((a: { train: Pair; test: Pair }) => ({
    message: `the training images are ${size(a.train)}, the test images ${size(a.test)}`,
  })),
  'data-label-range': entry((a: { file: string; index: number; label: number; classes: number }) => ({
    message: `${a.file}: label ${a.index} is ${a.label}, but the network has ${a.classes} classes`,
    hint: 'set --classes, or choose the data that belongs to the network',
  })),
  'data-checksum': entry((a: { file: string; expected: string; actual: string }) => ({
    message: `${a.file} has the MD5 ${a.actual}, not ${a.expected}`,
    hint: 'the download is damaged or another file; try again or give --data DIR',
  })),
  'download-failed': entry((a: { url: string; reason: string }) => ({
    message: `cannot download ${a.url}: ${a.reason}`,
    hint: 'without a network take --data DIR, --data mnist or --data synthetic; behind a proxy set HTTP_PROXY',
  })),
  'bad-mirror': entry((a: { value: string }) => ({
    message: `VGG_INSPECT_FASHION_MNIST is ${quote(a.value)}, which is not an http or https address`,
  })),
  'cache-unwritable': entry((a: { file: string; reason: string }) => ({
    message: `cannot write ${a.file}: ${a.reason}`,
    hint: 'set XDG_CACHE_HOME to a folder with room, or give --data DIR',
  })),
};
