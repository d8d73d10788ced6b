import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VggError } from '../../core/errors/error.ts';
import type { ResolvedGraph } from '../../graph/resolve.ts';
import { elements } from '../../core/arithmetic.ts';
import { writeWhole } from '../../files/write-whole.ts';
import { makeFolder } from '../make-folder.ts';
import type { SavedNetworks } from '../engines/engine.ts';
import { weightSpecs, type Weights } from '../weights.ts';
import { decodeInitializers } from '../../onnx/decode.ts';
import { encodeModel } from '../../onnx/encode.ts';
import { writeInference } from './forward-graphs.ts';

const FILE = 'model.onnx';

/** An ONNX file, or a folder with one. */
export const onnxFiles: SavedNetworks = {
  owns: (path) => path.endsWith('.onnx') || existsSync(join(path, FILE)),
};

/** Writes `model.onnx`, the network for inference with its weights. Throws `cannot-save`. */
export async function saveNetwork(folder: string, network: ResolvedGraph, weights: Weights): Promise<void> {
  try {
    await makeFolder(folder);
    await writeWhole(join(folder, FILE), [encodeModel(writeInference(network, weights))]);
  } catch (error) {
    const reason = (error as Error).message;
    throw new VggError('cannot-save', { what: 'the network', file: folder, reason });
  }
}

/** The weights of such a file, all that the network has. Throws `cannot-load`. */
export async function readNetwork(path: string, network: ResolvedGraph): Promise<Weights> {
  const file = path.endsWith('.onnx') ? path : join(path, FILE);
  try {
    const found = decodeInitializers(await readFile(file));
    return new Map(
      weightSpecs(network).map(({ name, spec }) => {
        const values = found.get(name);
        if (values?.length !== elements(spec.shape)) throw new Error(`it has no ${name} of this network`);
        return [name, values];
      }),
    );
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new VggError('cannot-load', {
      file,
      reason: code === 'ENOENT' ? 'there is no such file' : message,
    });
  }
}
