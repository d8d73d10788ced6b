import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { VggError } from '../../../core/errors/error.ts';
import { engines, type EngineName } from '../../../train/engines/registry.ts';
import {
  fastestEngine,
  selectEngine,
  withDevices,
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
  if (device !== undefined) throw new VggError('option-needs', { option: '--device', needed: withDevices });
  if (evaluate === undefined) return fastestEngine(measure);
  const path = resolve(cwd, evaluate);
  const readers = engines.filter(({ saves }) => saves.owns(path));
  // Where none reads what is there, the first says what is missing.
  return readers.length > 1
    ? fastestEngine(measure, readers)
    : selectEngine((readers[0] ?? engines[0]!).name);
}

/** The folder of `--engines-from`. Throws `bad-option` where there is none. */
export function enginesFolder({ enginesFrom }: TrainCommandOptions, cwd: string): string | undefined {
  if (enginesFrom === undefined) return undefined;
  const folder = resolve(cwd, enginesFrom);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder;
  throw new VggError('bad-option', {
    option: '--engines-from',
    expected: 'a folder with node_modules',
    value: enginesFrom,
  });
}

/** What runs where and, unless the user asked for it, why there. */
export function whereLine({ engine, about, why }: Selection, doing: string): string {
  return `${doing} on ${engine.name}: ${about.backend}, ${about.device}${why === '' ? '' : ` (${why})`}`;
}
