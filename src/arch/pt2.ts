import { VggError } from '../core/errors/error.ts';
import { readPt2 } from '../read/pt2/read.ts';
import type { Read } from './readers.ts';

/** `models/resnet50.pt2` is called resnet50. */
const nameOf = (file: string): string => file.replace(/^.*[/\\]/, '').replace(/\.pt2$/i, '') || 'model';

/** A program of `torch.export.save`, translated at once: it is not open any longer when the network is built. */
export const readPt2Source: Read = (content, file, asked) => {
  try {
    const graph = readPt2(content, nameOf(file), asked);
    return { about: `the program ${file}`, reads: [], build: () => graph };
  } catch (error) {
    throw error instanceof VggError ? error.at({ file }) : error;
  }
};
