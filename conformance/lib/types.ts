/** Shapes that recur in the conformance run. */
import type { Graph } from '../../dist/graph/graph.js';
import type { ResolvedGraph } from '../../dist/graph/resolve.js';
import type { VggError } from '../../dist/core/errors/error.js';
import type { Shape } from '../../dist/core/shape.js';
import type { Dtype } from '../../dist/core/dtype.js';
import type { MemoryOptimizerName } from '../../dist/optimizers/registry.js';
import type { packageFolder, python } from './environment.mjs';
import type { random } from './random.mjs';

/** One comparison: no `problems` means that both sides agree. */
export interface Outcome {
  readonly name: string;
  readonly problems: readonly string[];
}

/** Tells the user what is going on, on stderr. */
export type Note = (text: string) => void;

/** Sends a request to a script of `conformance/python` and resolves with its answer. */
export type PythonCall = typeof python;

/** What a check may use. */
export interface Tools {
  readonly python: PythonCall;
  readonly packageFolder: typeof packageFolder;
  readonly note: Note;
  /** The seed that the user gave; a check has its own otherwise. */
  readonly seed?: number;
  /** Takes the first with `--all`, and the second without. */
  readonly sampled: <T>(whole: T, sample: T) => T;
}

/** A file in `checks/`. */
export interface Check {
  readonly title: string;
  readonly run: (tools: Tools) => Promise<readonly Outcome[]>;
}

export type RandomNumbers = ReturnType<typeof random>;

/** A network, and the same at one input. */
export interface SomeNetwork {
  readonly graph: Graph;
  readonly resolved: ResolvedGraph;
}

/** One layer of a network that is written as a list: its attributes as a user would write them. */
export interface Step {
  readonly path: string;
  readonly kind: string;
  readonly attributes: object;
  readonly from: readonly string[];
  readonly sharesWeightsOf?: string;
}

/** A way to train whose memory is traced. */
export interface TracedTraining {
  readonly optimizer: MemoryOptimizerName;
  readonly foreach: boolean;
  readonly weightDecay: boolean;
  readonly accumulate: number;
  readonly keepGradients?: boolean;
  readonly ema?: boolean;
}

/** A network whose memory `memory_trace.py` and `memory_eager.py` trace. */
export interface TraceCase {
  readonly name: string;
  readonly resolved: ResolvedGraph;
  /** As `memory_network.py` builds it: the graph, or a model of torchvision. */
  readonly network: { readonly graph?: object; readonly model?: string | undefined };
  readonly dtype: Dtype;
  readonly training: readonly TracedTraining[];
  readonly inference: boolean;
}

/** A random network that our shape inference takes. */
export interface AcceptedNetwork {
  readonly steps: readonly Step[];
  readonly inputs: readonly [Shape, ...Shape[]];
  readonly resolved: ResolvedGraph;
}

/** A random network whose last layer it refuses. */
export interface RejectedNetwork {
  readonly steps: readonly Step[];
  readonly inputs: readonly [Shape, ...Shape[]];
  readonly error: VggError;
}

/** An entry of fixtures/onnx/gradients.json: a small network, and values of tensors by name. */
export interface GradientFixture {
  readonly name: string;
  readonly input: Shape;
  /** Kind and attributes of each layer; the places of its inputs, 0 for the network's, or the name of a further result, where not the layer before. */
  readonly steps: readonly (readonly [
    kind: string,
    attributes: object,
    from?: readonly (number | string)[],
  ])[];
  readonly given: Readonly<Record<string, readonly number[]>>;
  readonly expected: Readonly<Record<string, readonly number[]>>;
}
