import { check } from './prose/check.ts';
import { commandLine } from './prose/command-line.ts';
import { data } from './prose/data.ts';
import { devices } from './prose/devices.ts';
import { files } from './prose/files.ts';
import { layers } from './prose/layers.ts';
import { networks } from './prose/networks.ts';
import { python } from './prose/python.ts';
import { spec } from './prose/spec.ts';
import { torch } from './prose/torch.ts';
import { training } from './prose/training.ts';
import type { Entry } from './prose/words.ts';

/** The words of every error, by code. The only place where they are; one file for each room of the code. */
export const prose = {
  ...networks,
  ...layers,
  ...spec,
  ...commandLine,
  ...check,
  ...devices,
  ...data,
  ...training,
  ...files,
  ...python,
  ...torch,
} satisfies Record<string, Entry<never>>;

export type Prose = typeof prose;
