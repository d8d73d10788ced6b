import { VggError } from '../core/errors/error.ts';
import { readOnnx } from '../read/onnx/read.ts';
import type { Read } from './readers.ts';

/** `models/resnet50.onnx` is called resnet50. */
const nameOf = (file: string): string =>
  file.startsWith('<') ? 'model' : file.replace(/^.*[/\\]/, '').replace(/\.onnx$/i, '') || 'model';

/** An ONNX file, translated at once: it is not open any longer when the network is built. */
export const readOnnxSource: Read = (content, file, asked) => {
  try {
    const graph = readOnnx(content, nameOf(file), asked);
    return { about: file.startsWith('<') ? 'a model' : `the model ${file}`, reads: [], build: () => graph };
  } catch (error) {
    throw error instanceof VggError ? error.at({ file }) : error;
  }
};
