import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { VggError } from '../../core/errors/error.ts';
import { writeWhole } from '../../files/write-whole.ts';
import { makeFolder } from '../make-folder.ts';
import type { SavedNetworks } from '../engines/engine.ts';
import { registerLayers } from './layers.ts';
import type { TensorFlow } from './tfjs.ts';

const MODEL = 'model.json';
const WEIGHTS = 'weights.bin';

/** A folder with a model that `tf.loadLayersModel` reads. */
export const layersModels: SavedNetworks = { owns: (path) => existsSync(join(path, MODEL)) };

/** Writes `model.json` and `weights.bin`, as `tf.loadLayersModel` reads them. Throws `cannot-save`. */
export async function saveModel({ tf }: TensorFlow, model: LayersModel, folder: string): Promise<void> {
  let artifacts: io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler((given) => {
      artifacts = given;
      return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(given) });
    }),
  );
  const { weightSpecs, weightData, ...about } = artifacts!;
  const manifest = {
    ...about,
    weightsManifest: [{ paths: [WEIGHTS], weights: weightSpecs }],
  };
  try {
    await makeFolder(folder);
    await writeWhole(join(folder, WEIGHTS), [new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData))]);
    await writeWhole(join(folder, MODEL), [Buffer.from(JSON.stringify(manifest))]);
  } catch (error) {
    throw new VggError('cannot-save', {
      what: 'the network',
      file: folder,
      reason: (error as Error).message,
    });
  }
}

/** A file that `model.json` names. It may come from a stranger: throws where the name leads out of the folder. */
function inside(folder: string, path: string): string {
  const way = relative(folder, resolve(folder, path));
  if (way !== '' && !isAbsolute(way) && way.split(sep)[0] !== '..') return join(folder, way);
  throw new Error(`${MODEL} names a file of weights outside the folder, ${path}`);
}

/** A network in TensorFlow.js's format. Throws `cannot-load` where it is missing, cut or of another format. */
export async function loadModel(api: TensorFlow, folder: string): Promise<LayersModel> {
  const { tf, layers } = api;
  registerLayers(api);
  try {
    const { modelTopology, weightsManifest } = JSON.parse(await readFile(join(folder, MODEL), 'utf8')) as {
      modelTopology: object;
      weightsManifest: { paths: string[]; weights: io.WeightsManifestEntry[] }[];
    };
    const files = await Promise.all(
      weightsManifest.flatMap(({ paths }) => paths.map((path) => readFile(inside(folder, path)))),
    );
    const bytes = Buffer.concat(files);
    return await layers.loadLayersModel(
      tf.io.fromMemory({
        modelTopology,
        weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
        weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
      }),
    );
  } catch (error) {
    throw new VggError('cannot-load', { file: folder, reason: (error as Error).message });
  }
}
