import { VggError } from '../../core/errors/error.ts';
import { elements } from '../../core/arithmetic.ts';
import { ownTensors } from '../../graph/parameters.ts';
import { resultShape, type ResolvedGraph } from '../../graph/resolve.ts';
import type { ElementType } from '../../layers/shared/operators.ts';
import type { Dtype } from '../../core/dtype.ts';
import { runBackward } from './autograd.ts';
import type { Checkpointing } from './checkpointing.ts';
import { addLosses, crossEntropy, labelShape } from './loss.ts';
import { Network } from './network.ts';
import { OptimizerStep, type OptimizerOptions } from './optimizer.ts';
import {
  BYTES,
  Ledger,
  type AllocationOptions,
  type KeptStorage,
  type Moment,
  type Peak,
  type TraceEvent,
} from './storage.ts';
import { Tape } from './tape.ts';
import type { Tensor } from './tensor.ts';

export interface TrainingOptions {
  readonly dtype: Dtype;
  readonly optimizer: OptimizerOptions;
  /** Forward and backward passes for each optimizer step. */
  readonly accumulate: number;
  /** `optimizer.zero_grad(set_to_none=False)`: gradients stay, and what a backward pass gives is added to them. */
  readonly keepGradients?: boolean;
  /** A copy of the network holds a moving average of its weights. */
  readonly ema?: boolean;
  readonly checkpointing?: Checkpointing | undefined;
  /** Whether each moment of the timeline says what its bytes are for. */
  readonly tellsApart?: boolean;
  readonly allocation?: AllocationOptions;
}

export interface StepResult {
  readonly peak: Peak;
  /** Live when the loss has been computed. */
  readonly endOfForward: number;
  /** Largest sum of the batch, buffers, saved activations and temporaries in forward and backward. */
  readonly working: number;
}

export interface TrainingResult {
  /** The first step, in which optimizer state appears. */
  readonly first: StepResult;
  /** Every later one. */
  readonly steady: StepResult;
  /** Each storage that autograd keeps from a forward pass for its backward pass, weights and the batch included. */
  readonly kept: readonly KeptStorage[];
  readonly timeline: readonly Moment[];
  readonly device: DeviceUse;
  readonly trace: readonly TraceEvent[] | undefined;
}

/** What the peak of the tensors does not tell. */
export interface DeviceUse {
  /** The most that the caching allocator has taken from the device. */
  readonly reserved: number;
  /** The most bytes of operands that cuDNN may transform for one operator. */
  readonly largestWorkspace: number;
}

/** Weights and activations: under `amp` weights are float32 and autocast lowers what it may to float16. */
const storedAs = (dtype: Dtype): ElementType => (dtype === 'amp' ? 'float32' : dtype);

const typesOf = (dtype: Dtype) => ({
  floats: storedAs(dtype),
  autocast: dtype === 'amp' ? ('float16' as const) : undefined,
});

/**
 * Two steps of training on one device: the second shows the steady state.
 * Throws `nothing-to-learn` and what the layers refuse.
 */
export function simulateTraining(resolved: ResolvedGraph, options: TrainingOptions): TrainingResult {
  const training = new Training(resolved, options);
  const first = training.step();
  training.ledger.timeline = [];
  training.ledger.tellsApart = options.tellsApart ?? false;
  training.ledger.tryingAlgorithms = false;
  const steady = training.step();
  const { kept, timeline } = training.ledger;
  return { first, steady, kept, timeline, device: deviceUse(training.ledger), trace: training.ledger.trace };
}

const deviceUse = ({ allocator, largestWorkspace }: Ledger): DeviceUse => ({
  reserved: allocator.peakReserved,
  largestWorkspace,
});

class Training {
  readonly ledger: Ledger;
  readonly #tape: Tape;
  readonly #network: Network;
  readonly #optimizer: OptimizerStep;
  readonly #batch: readonly Tensor[];
  readonly #labels: Tensor;
  readonly #accumulate: number;
  readonly #keepGradients: boolean;
  /** The training loop's variables, which the next iteration overwrites. */
  #scores: readonly Tensor[] = [];
  #loss: Tensor | undefined;

  constructor(resolved: ResolvedGraph, options: TrainingOptions) {
    const { dtype, optimizer, accumulate, checkpointing, allocation, keepGradients = false } = options;
    this.ledger = new Ledger(allocation);
    const type = storedAs(dtype);
    this.#tape = new Tape(this.ledger, { training: true, ...typesOf(dtype) });
    this.#network = new Network(this.#tape, resolved, type, checkpointing);
    this.#optimizer = new OptimizerStep(this.ledger, optimizer);
    const frozen = resolved.nodes.flatMap(ownTensors).filter((weight) => weight.frozen && !weight.buffer);
    this.#optimizer.start(
      this.#network.leaves,
      frozen.map(({ shape }) => elements(shape) * BYTES[type]),
    );
    this.ledger.path = '@input';
    this.#batch = batchOf(this.#tape, resolved, type);
    const scores = resultShape(resolved, this.#network.outputs[0]!);
    this.#labels = this.#tape.constant(labelShape(scores), 'int64', 'inputs');
    this.#accumulate = accumulate;
    this.#keepGradients = keepGradients;
    if (options.ema) this.#copyWeights(resolved, type);
  }

  step(): StepResult {
    const { ledger } = this;
    ledger.phase = 'forward';
    this.#zeroGradients();
    ledger.startStep();
    let endOfForward = 0;
    for (let pass = 0; pass < this.#accumulate; pass++) {
      ledger.startForward();
      this.#forward();
      endOfForward = Math.max(endOfForward, ledger.live);
      ledger.phase = 'backward';
      this.#backward();
    }
    ledger.phase = 'optimizer';
    this.#optimizer.step(this.#network.leaves);
    return { peak: ledger.peak, endOfForward, working: ledger.workingPeak };
  }

  /** As `copy.deepcopy(model)` does, buffers included. The average is updated in place. */
  #copyWeights({ nodes }: ResolvedGraph, type: ElementType): void {
    this.ledger.path = '@average';
    for (const { shape, integer, bool } of nodes.flatMap(ownTensors))
      this.#tape.constant(shape, integer ? 'int64' : bool ? 'bool' : type, 'average');
  }

  #zeroGradients(): void {
    if (this.#keepGradients) return;
    for (const leaf of this.#network.leaves) {
      if (leaf.gradient) this.ledger.release(leaf.gradient);
      leaf.gradient = undefined;
    }
  }

  /** `scores = model(batch); loss = cross_entropy(scores, labels)` */
  #forward(): void {
    const scores = this.#network.forward(this.#batch);
    for (const old of this.#scores) this.#tape.release(old);
    this.#scores = scores;
    this.ledger.path = '@loss';
    const losses = scores.map((score) => crossEntropy(this.#tape, score, this.#labels));
    const loss = addLosses(this.#tape, losses);
    if (this.#loss) this.#tape.release(this.#loss);
    this.#loss = loss;
    this.#tape.leaveAutocast();
  }

  /** `loss.backward()`, which holds the gradient of the loss until it returns. */
  #backward(): void {
    const loss = this.#loss!;
    if (!loss.source) throw new VggError('nothing-to-learn', {});
    this.ledger.path = '@loss';
    const one = this.ledger.allocate(BYTES[loss.type], 'temporaries');
    this.ledger.retain(one);
    runBackward(this.ledger, loss.source, one);
    this.ledger.release(one);
    this.#loss = { ...loss, source: undefined };
  }
}

/** A tensor for each input of the network. */
const batchOf = (tape: Tape, { graph, inputs }: ResolvedGraph, type: ElementType): Tensor[] =>
  graph.inputs.map((input, i) =>
    tape.constant(inputs[i]!, input.type === 'float' ? type : input.type, 'inputs'),
  );

/** A forward pass under `torch.no_grad()`, the network in `eval()`. */
export function simulateInference(
  resolved: ResolvedGraph,
  dtype: Dtype,
  allocation?: AllocationOptions,
): Pick<TrainingResult, 'device' | 'trace'> & { readonly peak: Peak } {
  const ledger = new Ledger(allocation);
  const tape = new Tape(ledger, { training: false, ...typesOf(dtype) });
  const network = new Network(tape, resolved, storedAs(dtype));
  ledger.path = '@input';
  const batch = batchOf(tape, resolved, storedAs(dtype));
  ledger.startStep();
  for (const output of network.forward(batch)) tape.release(output);
  return { peak: ledger.peak, device: deviceUse(ledger), trace: ledger.trace };
}
