import type { MemoryOptions } from '../analysis/memory/analyze-memory.ts';
import { memoryOptimizerNames } from '../optimizers/registry.ts';
import type { ParallelStrategy } from '../analysis/memory/parallel.ts';
import type { Dtype } from '../core/dtype.ts';
import type { BuildOptions } from '../arch/architecture.ts';
import { VggError } from '../core/errors/error.ts';
import { nearest } from '../core/nearest.ts';
import type { Shape } from '../core/shape.ts';

/** What `inspect` may be told. Everything has a default: the network's own, or its source's. */
export interface InspectOptions extends Partial<BuildOptions> {
  /** N×C×H×W. One image of the size that the network was made for when left out. */
  readonly input?: Shape;
  /** Divides the channels of every convolution; the structure stays. 1 when left out. */
  readonly ratio?: number;
  /** Paths of layers, or of modules around them, that are not learned; `*` is any text without a dot, `**` any text. */
  readonly freeze?: readonly string[];
  /** Normalizations stay in `eval()` while the network trains. */
  readonly evalNorm?: boolean;
  /** `float32` when left out; `amp` is PyTorch's automatic mixed precision. It decides memory, not counts. */
  readonly dtype?: Dtype;
  /** The training step whose memory is predicted: SGD without momentum when left out. */
  readonly memory?: MemoryOptions;
}

/** PyTorch's own limit for a size. */
const MAX = 2 ** 31 - 1;

const dtypes: readonly Dtype[] = ['float32', 'float16', 'bfloat16', 'amp'];
const heads: readonly BuildOptions['head'][] = ['follow', 'fixed'];
const strategies: readonly ParallelStrategy[] = ['ddp', 'zero1', 'zero2', 'zero3'];

/** Callers without types pass what they like. Throws `bad-option`. */
export function checkOptions(options: InspectOptions): void {
  checkNames(options);
  const { input, classes, ratio, freeze, pointwiseFrom, dtype, head, memory } = options;
  if (input !== undefined && !(Array.isArray(input) && input.length === 4 && input.every(isSize))) {
    const expected = 'four whole numbers from 1, as in [1, 3, 224, 224]';
    throw new VggError('bad-option', { option: 'input', expected, value: JSON.stringify(input) });
  }
  const counts = {
    classes,
    ratio,
    pointwiseFrom: pointwiseFrom === Infinity ? undefined : pointwiseFrom,
    'memory.accumulate': memory?.accumulate,
    'memory.checkpointing':
      memory?.checkpointing === 'block' || isPaths(memory?.checkpointing) ? undefined : memory?.checkpointing,
    'memory.parallel.devices': memory?.parallel?.devices,
  };
  for (const [option, value] of Object.entries(counts)) {
    if (value === undefined || isSize(value)) continue;
    throw new VggError('bad-option', { option, expected: 'a whole number from 1', value: String(value) });
  }
  if (freeze !== undefined && !isPaths(freeze)) {
    const expected = 'a list of paths, as in ["features"]';
    throw new VggError('bad-option', { option: 'freeze', expected, value: JSON.stringify(freeze) });
  }
  checkChoice('dtype', dtype, dtypes);
  checkChoice('head', head, heads);
  checkChoice('memory.optimizer', memory?.optimizer, memoryOptimizerNames);
  checkChoice('memory.parallel.strategy', memory?.parallel?.strategy, strategies);
}

const memoryNames: Readonly<Record<keyof MemoryOptions, true>> = {
  optimizer: true,
  weightDecay: true,
  foreach: true,
  accumulate: true,
  checkpointing: true,
  parallel: true,
  keepGradients: true,
  ema: true,
  context: true,
  cudnnBenchmark: true,
  allocator: true,
  timeline: true,
};
const names: Readonly<Record<keyof InspectOptions, true>> = {
  input: true,
  classes: true,
  ratio: true,
  head: true,
  pointwiseFrom: true,
  auxLogits: true,
  freeze: true,
  evalNorm: true,
  dtype: true,
  memory: true,
};

/** An option at the wrong place is not taken for one that was not given. Throws `unknown-library-option`. */
function checkNames(options: InspectOptions): void {
  const check = (
    given: object,
    known: readonly string[],
    where: string,
    elsewhere: object,
    place: string,
  ) => {
    const name = Object.keys(given).find((key) => !known.includes(key));
    if (name === undefined) return;
    const belongs = Object.hasOwn(elsewhere, name) ? place.replace('NAME', name) : undefined;
    throw new VggError('unknown-library-option', { name, where, belongs, nearest: nearest(name, known) });
  };
  check(options, Object.keys(names), 'the options', memoryNames, 'memory: { NAME: … }');
  check(options.memory ?? {}, Object.keys(memoryNames), 'memory', names, '{ NAME: … }, beside memory');
}

const isPaths = (value: unknown): boolean =>
  Array.isArray(value) && value.every((path) => typeof path === 'string');

const isSize = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX;

function checkChoice(option: string, value: string | undefined, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value)) return;
  throw new VggError('bad-option', {
    option,
    expected: choices.join(' or '),
    value,
    nearest: nearest(String(value), choices),
  });
}
