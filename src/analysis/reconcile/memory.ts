import { sum } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import { countScalars } from '../../graph/parameters.ts';
import { runningStatistics } from '../conventions/facts.ts';
import { torchinfoMemory } from '../conventions/torchinfo-memory.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';
import type { InferenceMemory, MemoryAnalysis, TrainingMemory } from '../memory/analyze-memory.ts';
import { BYTES, categories } from '../memory/storage.ts';
import { lineOf, type Candidate, type Line } from './candidate.ts';

/** The network with one batch, type and optimizer. */
export interface MemoryVariant {
  /** What is not as the user gave it. */
  readonly deviations: readonly string[];
  readonly input: Shape;
  readonly layers: readonly LayerFacts[];
  readonly memory: MemoryAnalysis;
}

/** Every number of bytes that people give as the memory of a network. */
export function* memoryCandidates(variants: readonly MemoryVariant[]): Generator<Candidate> {
  for (const variant of variants) {
    for (const [calls, cost, lines] of amounts(variant)) {
      const { deviations } = variant;
      yield {
        conventions: [],
        calls,
        deviations,
        cost: cost + deviations.length,
        lines,
        linesVary: false,
      };
    }
  }
}

type Amount = readonly [calls: string, cost: number, lines: readonly Line[]];

function amounts({ memory, layers, input }: MemoryVariant): Amount[] {
  const { training, inference } = memory;
  const parts = (of: InferenceMemory | TrainingMemory) =>
    linesOf(categories.map((category) => [category, of[category]]));
  const learned = sum(layers.map(({ params }) => params)) * BYTES.float32;
  const statistics = countScalars(layers.flatMap(runningStatistics)).buffers;
  const torchinfo = torchinfoMemory(layers, input);
  return [
    ...(training
      ? [
          ['peak of a training step', 0, parts(training)] as const,
          [
            'peak of the first training step',
            1,
            linesOf([['first step', training.firstStepPeakBytes]]),
          ] as const,
          [
            'end of the forward pass in training',
            1,
            linesOf([['end of forward', training.endOfForwardBytes]]),
          ] as const,
        ]
      : []),
    ['peak of inference', 0, parts(inference)],
    ['parameters as float32', 1, linesOf([['parameters', learned]])],
    ...(statistics > 0
      ? [
          [
            'parameters and running statistics as float32',
            1,
            linesOf([
              ['parameters', learned],
              ['running statistics', statistics * BYTES.float32],
            ]),
          ] as const,
        ]
      : []),
    ["torchinfo's forward/backward pass size", 2, linesOf([['outputs, twice', torchinfo.outputs]])],
    [
      "torchinfo's estimated total size",
      2,
      linesOf([
        ['input', torchinfo.input],
        ['outputs, twice', torchinfo.outputs],
        ['parameters', torchinfo.parameters],
      ]),
    ],
  ];
}

const linesOf = (parts: readonly (readonly [name: string, bytes: number])[]): Line[] =>
  parts.flatMap(([name, count]) => lineOf(name, 'bytes', [{ cause: { of: 'memory', name }, count }]) ?? []);
