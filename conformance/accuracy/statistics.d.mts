import type { ComparedRow } from './predict.mjs';

export interface Accuracy {
  readonly rows: number;
  readonly median: number;
  readonly ninety: number;
  readonly worst: number;
}

export function quantile(values: readonly number[], part: number): number;
export function accuracy(rows: readonly ComparedRow[], predicted: (row: ComparedRow) => number): Accuracy;
export function coverage(rows: readonly ComparedRow[]): { readonly inside: number; readonly width: number };
export function withOneFactor(rows: readonly ComparedRow[]): Accuracy;
export function counted(rows: readonly ComparedRow[]): ComparedRow[];
export function groupBy<R>(rows: readonly R[], key: (row: R) => string): Map<string, R[]>;
