export { inspect } from './inspect.ts';
export type { InspectOptions } from './options.ts';
export type { Network } from './network.ts';
export { fit, type FitOptions } from './fit.ts';
export type { BatchMemory, BatchTime, DeviceFit, Fit } from '../analysis/fit/fit.ts';
export type { Largest } from '../analysis/fit/largest-batches.ts';
export type { Device } from '../analysis/devices/device.ts';
export { compare, type Comparison } from './compare.ts';
export type { Quantity } from '../report/subjects/compare/quantities.ts';
export { reconcile, type ReconcileOptions } from './reconcile.ts';
export type { Explanation, Reconcilable, Reconciliation } from '../analysis/reconcile/reconcile.ts';
export { check, type Checked, type CheckOptions } from './check.ts';
export type { BudgetResult, CheckResult, ModelResult } from '../check/check-result.ts';
export type { Dtype } from '../core/dtype.ts';
export type { Warning } from '../core/warning.ts';
export type { Convention } from '../analysis/counts/convention.ts';
export type { Totals } from '../analysis/counts/totals.ts';
export type { Analysis, LayerAnalysis, ModelInfo } from '../analysis/analysis.ts';
export type {
  InferenceMemory,
  MemoryAnalysis,
  MemoryOptions,
  TrainingMemory,
} from '../analysis/memory/analyze-memory.ts';
export type { DeviceBytes, DeviceLevels, DeviceOptions, Level } from '../analysis/memory/device-bytes.ts';
export { architectures } from '../arch/catalog.ts';
export type { Architecture, BuildOptions } from '../arch/architecture.ts';
export { readOnnx } from './onnx.ts';
export { parseSpec, type SpecOptions } from '../arch/spec/spec.ts';
export { VggError, type ErrorCode, type ErrorLocation } from '../core/errors/error.ts';
export type { Origin } from '../core/origin.ts';
export type { Graph, GraphNode } from '../graph/graph.ts';
export type { Shape } from '../core/shape.ts';
export type { Family } from '../layers/layer.ts';
export type { Window } from '../layers/shared/window.ts';
export { reportCompare, reportInspect, reportList } from '../report/index.ts';
export type { Format, ListItem, ReportOptions } from '../report/options.ts';
