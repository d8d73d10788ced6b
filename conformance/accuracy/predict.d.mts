import type { analyzeTraining } from '../../src/analysis/memory/analyze-memory.ts';
import type { levelsByBatch } from '../../src/analysis/memory/by-batch.ts';
import type { timeModel } from '../../src/analysis/time/roofline.ts';
import type { parseDevice } from '../../src/analysis/devices/parse-device.ts';
import type { resolve, resolveBatch } from '../../src/graph/resolve.ts';
import type { Graph } from '../../src/graph/graph.ts';

/** The functions of the analysis. */
export interface Own {
  readonly analyzeTraining: typeof analyzeTraining;
  readonly levelsByBatch: typeof levelsByBatch;
  readonly timeModel: typeof timeModel;
  readonly parseDevice: typeof parseDevice;
  readonly resolve: typeof resolve;
  readonly resolveBatch: typeof resolveBatch;
}

export interface MeasuredRow {
  readonly s: string;
  readonly n: string;
  readonly network?: string;
  readonly [field: string]: unknown;
}

export interface MeasuredRows {
  readonly sources: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly rows: readonly MeasuredRow[];
}

export interface ComparedRow {
  readonly source: string;
  readonly gpu: string;
  readonly name: string;
  readonly network: string;
  readonly level: 'reserved' | 'device' | 'training time' | 'inference time';
  readonly measured: number;
  readonly low?: number;
  readonly likely: number;
  readonly high?: number;
  readonly bound: number;
  readonly others: Readonly<Record<string, number>>;
  readonly flag?: string;
}

export interface ComparedLadder {
  readonly source: string;
  readonly name: string;
  /** Batch sizes. */
  readonly ran: number;
  readonly failed?: number;
  /** What a full card likely needs for them, bytes. */
  readonly fits: number;
  readonly fails?: number;
  readonly right: boolean;
}

type GraphOf = (row: MeasuredRow) => Graph | undefined;
export function compareMemory(own: Own, rows: MeasuredRows, graphOf: GraphOf): ComparedRow[];
export function compareTimes(own: Own, rows: MeasuredRows, graphOf: GraphOf): ComparedRow[];
export function compareLadders(own: Own, rows: MeasuredRows, graphOf: GraphOf): ComparedLadder[];
