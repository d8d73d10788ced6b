import { VggError } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
import type { CountingConvention } from './counting.ts';
import { deepspeed } from './deepspeed.ts';
import { byDefault } from './default.ts';
import { fvcore } from './fvcore.ts';
import { hand } from './hand.ts';
import { keras } from './keras.ts';
import { ptflops, ptflopsAten, ptflopsModules } from './ptflops.ts';
import { thop } from './thop.ts';
import { thop2019 } from './thop-2019.ts';
import { thop2020 } from './thop-2020.ts';
import { thop202001 } from './thop-2020-01.ts';
import { torch } from './torch.ts';
import { torchinfo } from './torchinfo.ts';
import { torchvision } from './torchvision.ts';

export { byDefault };

/** Every convention, in the order of the ledger. Adding one: its file, and its line here. */
export const conventions: readonly CountingConvention[] = [
  byDefault,
  torchvision,
  torch,
  fvcore,
  torchinfo,
  thop,
  thop2020,
  thop202001,
  thop2019,
  ptflops,
  ptflopsModules,
  ptflopsAten,
  deepspeed,
  keras,
  hand,
];

/** Throws `unknown-convention` with the nearest names. */
export function convention(name: string): CountingConvention {
  const found = conventions.find((known) => known.name === name);
  if (found) return found;
  const known = ['all', ...conventions.map(({ name }) => name)];
  throw new VggError('unknown-convention', { name, known, nearest: nearest(name, known) });
}
