import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { VggError } from '../../../core/errors/error.ts';
import type { EngineName } from '../../../train/engine.ts';
import {
  engines,
  fastestEngine,
  selectEngine,
  type Measure,
  type Selection,
} from '../../../train/engines/select.ts';
import type { TrainCommandOptions } from './options.ts';

/** The engine that the options name, or the fastest; `measure` tells how fast one trains the network. */
export function chooseEngine(
  { engine = 'auto', device, evaluate }: TrainCommandOptions,
  cwd: string,
  measure: Measure,
): Promise<Selection> {
  if (engine !== 'auto') return selectEngine(engine as EngineName, device);
  if (device !== undefined)
    throw new VggError('option-needs', { option: '--device', needed: '--engine onnx' });
  if (evaluate === undefined) return fastestEngine(measure);
  return isOnnx(resolve(cwd, evaluate))
    ? selectEngine('onnx')
    : fastestEngine(
        measure,
        engines.filter(({ name }) => name !== 'onnx'),
      );
}

/** Whether a saved network is an ONNX file: the others cannot be read by onnxruntime, nor it by them. */
const isOnnx = (path: string) => path.endsWith('.onnx') || !existsSync(join(path, 'model.json'));

/** What runs where and, unless the user asked for it, why there. */
export function whereLine({ engine, about, why }: Selection, doing: string): string {
  return `${doing} on ${engine.name}: ${about.backend}, ${about.device}${why === '' ? '' : ` (${why})`}`;
}
