import type { OnnxGraph, Tensor } from '../onnx/graph.ts';
import type { WeightGradient } from '../layers/shared/onnx/result.ts';

/** What a training tells its optimizer; PyTorch's names. */
export interface Hyperparameters {
  readonly lr: number;
  /** 0 for optimizers that read none. */
  readonly momentum: number;
  readonly weightDecay: number;
}

/** What an optimizer's step does to memory: one optimizer, one file. */
export interface OptimizerMemory<Name extends string = string> {
  readonly name: Name;
  /** The class of PyTorch whose rules it follows, and the file that has them. */
  readonly source: string;
  /** What is kept of each weight from the first step on, tensors of its size, by PyTorch's names. */
  readonly states: readonly string[];
  /** The states are there before the first step. */
  readonly statesFromStart?: true;
  /** ZeRO's published arithmetic holds: it is stated for Adam's states beside float32 copies of the weights. */
  readonly fitsZero?: true;
  /** What PyTorch allocates and frees in a step, in order. */
  allocate<Weight>(device: StepDevice<Weight>, weights: readonly Weight[], options: StepOptions): void;
}

/** All that is known of an optimizer that can also be trained with. */
export interface Optimizer<Name extends string = string> extends OptimizerMemory<Name> {
  /** Taken where nothing else is given; one without a momentum reads none. */
  readonly defaults: { readonly lr: number; readonly momentum?: number };
  /** Numbers that follow from how many steps were made, and that every weight's update reads. */
  readonly stepNumbers?: readonly StepNumber[];
  /** Writes the update of a weight into an ONNX graph. */
  onnx(g: OnnxGraph, update: OnnxUpdate): OnnxUpdated;
  /** Makes the update of a weight with the operations of TensorFlow.js; `t` counts the steps from 1 on. */
  tfjs<T>(ops: TensorOperations<T>, update: TensorUpdate<T>, t: number): void;
}

/** A device whose memory is simulated. Sizes are those of the weights. */
export interface StepDevice<Weight> {
  /** Makes the states of weights that have none yet. */
  ensureStates(weights: readonly Weight[]): void;
  /** A temporary like each of the weights. */
  temporaries(weights: readonly Weight[]): { release(): void };
}

export interface StepOptions {
  readonly weightDecay: boolean;
  /** All weights at once, as PyTorch does by default on CUDA; one weight after the other when false. */
  readonly foreach: boolean;
}

export interface StepNumber {
  /** Of the graph's input, where the target cannot compute it from the number of the step. */
  readonly name: string;
  /** `t` counts the steps from 1 on. */
  value(t: number): number;
  /** The same as a node of a graph; `t` and the result are float64 of shape [1]. */
  onnx(g: OnnxGraph, t: Tensor): Tensor;
}

export interface OnnxUpdate {
  readonly weight: Tensor;
  /** In the order of the optimizer's. */
  readonly states: readonly Tensor[];
  readonly gradient: WeightGradient;
  readonly numbers: StepTensors;
  readonly settings: Hyperparameters;
}

/** Single numbers of a step, of shape [1]; in a whole step each is written late, after all that reads the weights. */
export interface StepTensors {
  readonly one: Tensor;
  readonly learningRate: Tensor;
  /** The optimizer's `stepNumbers`. */
  readonly perStep: readonly Tensor[];
}

/** The new values. */
export interface OnnxUpdated {
  readonly weight: Tensor;
  readonly states: readonly Tensor[];
}

/** What updates need of TensorFlow.js, under its names. */
export interface TensorOperations<T> {
  add(a: T, b: T | number): T;
  sub(a: T, b: T | number): T;
  mul(a: T, b: T | number): T;
  div(a: T, b: T | number): T;
  sqrt(x: T): T;
  square(x: T): T;
}

/** A tensor that can be given new values. */
export type Variable<T> = T & { assign(value: T): void };

export interface TensorUpdate<T> {
  readonly weight: Variable<T>;
  /** In the order of the optimizer's. */
  readonly states: readonly Variable<T>[];
  readonly gradient: T;
  readonly settings: Hyperparameters;
}

/** Declares an optimizer; its name becomes a type. */
export const defineOptimizer = <const Name extends string>(optimizer: Optimizer<Name>): Optimizer<Name> =>
  optimizer;

/** Declares what is known of the memory of an optimizer that nothing here trains with. */
export const defineOptimizerMemory = <const Name extends string>(
  optimizer: OptimizerMemory<Name>,
): OptimizerMemory<Name> => optimizer;
