import type { Dtype } from '../../src/core/dtype.ts';
import type { MemoryAnalysis } from '../../src/analysis/memory/analyze-memory.ts';
import type { OptimizerName } from '../../src/optimizers/registry.ts';

export interface Figures {
  readonly requestedBytes: number;
  readonly allocatedBytes: number;
  readonly reservedBytes: number;
  readonly scratchBytes: number;
}

export interface MeasuredRecord {
  readonly network: string;
  readonly ratio: number;
  readonly input: readonly [number, number, number, number];
  readonly dtype: Dtype;
  readonly optimizer: OptimizerName;
  readonly weightDecay: boolean;
  readonly foreach: boolean;
  readonly training?: { readonly firstStep: Figures; readonly steady: Figures };
  readonly inference?: Figures;
  readonly outOfMemory?: true;
}

export interface Measurements {
  readonly machine: Readonly<Record<string, unknown>> & { readonly device: 'cpu' | 'cuda' };
  readonly settings: Readonly<Record<string, unknown>>;
  readonly records: readonly MeasuredRecord[];
}

export interface ComparedFigure {
  readonly name: string;
  readonly figure: string;
  readonly ours: number;
  readonly theirs: number;
  readonly error: number;
  readonly bound: number;
  readonly holds: boolean;
}

export const TENSOR_BOUND: number;
export const TOTAL_BOUND: number;
export function readMeasurements(file: string, content: string): Measurements;
export function compareMeasurements(
  measurements: Measurements,
  estimate: (record: MeasuredRecord) => MemoryAnalysis,
): ComparedFigure[];
export function lineText(figure: ComparedFigure): string;
