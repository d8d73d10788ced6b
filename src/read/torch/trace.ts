import { VggError } from '../../core/errors/error.ts';
import type { Shape } from '../../core/shape.ts';
import type { TensorType } from '../../core/tensor-type.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import { resultReference } from '../../graph/graph.ts';
import type { LayerKind, WeightSpec } from '../../layers/layer.ts';
import { layerKind } from '../../layers/registry.ts';
import { parseAttributes } from '../../layers/shared/attributes.ts';
import { checkArity } from '../../layers/shared/inputs.ts';
import { weightsOf } from '../../layers/shared/weights.ts';
import { run } from '../python/state.ts';
import type { PyObject } from '../python/values/object.ts';
import { bool, type Dtype, float32, int64, Tensor } from './tensor.ts';

/** The tensors that a layer uses, by the names that its kind has for them; null where it goes without. */
export type Weights = Readonly<Record<string, Tensor | null>>;

/** A forward pass as it becomes a graph. */
export class Trace {
  readonly builder: GraphBuilder;
  /** Parameters and buffers of the network, by their names. */
  readonly names: ReadonlyMap<Tensor, string>;
  readonly buffers: ReadonlySet<Tensor>;
  /** Paths of the network's modules. */
  readonly moduleNames: ReadonlyMap<PyObject, string>;
  /** Of a training step, not of inference. */
  readonly training: boolean;
  /** Paths of the modules that are running, the innermost last. */
  readonly modules: string[] = [];
  /** The layers that are certain tensors' own. */
  readonly owners = new Map<Tensor, string>();
  readonly #used = new Map<string, number>();
  readonly #constants = new Map<Tensor, string>();

  constructor(
    builder: GraphBuilder,
    names: ReadonlyMap<Tensor, string>,
    buffers: ReadonlySet<Tensor>,
    moduleNames: ReadonlyMap<PyObject, string>,
    training: boolean,
  ) {
    this.builder = builder;
    this.names = names;
    this.buffers = buffers;
    this.moduleNames = moduleNames;
    this.training = training;
  }

  /** Each path once: `relu`, `relu_1`, … as torch.fx counts them. */
  path(wanted: string): string {
    let count = this.#used.get(wanted) ?? 0;
    let path = count === 0 ? wanted : `${wanted}_${count}`;
    while (this.builder.has(path)) path = `${wanted}_${++count}`;
    this.#used.set(wanted, count + 1);
    return path;
  }

  /** Inside the module that runs. */
  within(name: string): string {
    const around = this.modules.at(-1) ?? '';
    return around === '' ? name : `${around}.${name}`;
  }

  isBound(tensor: Tensor): boolean {
    return tensor.reference !== undefined || this.names.has(tensor);
  }

  /** What the graph calls a tensor; a parameter, a buffer or a constant becomes a node when it is first asked for. */
  reference(tensor: Tensor): string {
    if (tensor.reference !== undefined) return tensor.reference;
    const known = this.#constants.get(tensor);
    if (known !== undefined) return known;
    const { shape, values, dtype } = tensor;
    const name = this.names.get(tensor);
    const integers = !dtype.floats;
    const buffer = name === undefined || this.buffers.has(tensor);
    const kind = buffer ? layerKind(name === undefined ? 'constant' : 'buffer') : layerKind('parameter');
    const attributes = {
      shape: shape.length === 0 ? [1] : shape,
      ...(buffer && integers && { dtype: 'int64' }),
      // A buffer may have one number for all, a constant has each.
      ...(buffer && values && { values: name === undefined ? [...values] : compact(values) }),
    };
    const path = this.path(name ?? this.within('constant'));
    this.builder.frozen = !buffer && !tensor.requiresGrad;
    this.builder.add(path, kind, attributes, { from: [] });
    this.builder.frozen = false;
    this.#constants.set(tensor, path);
    this.owners.set(tensor, path);
    return path;
  }
}

const compact = (values: readonly number[]) =>
  values.length > 1 && values.every((value) => value === values[0]) ? [values[0]!] : [...values];

/** The one trace that is going on, if any. */
export const tracing: { current: Trace | undefined } = { current: undefined };

/** What the program itself gives to modules, outside of any trace. */
export const fed: { readonly module: PyObject; readonly inputs: readonly Tensor[] }[] = [];
const MOST_FED = 1000;

export function feed(module: PyObject, args: readonly unknown[]): void {
  const inputs = args.filter((one): one is Tensor => one instanceof Tensor);
  if (inputs.length > 0 && fed.length < MOST_FED) fed.push({ module, inputs });
}

export interface Emit {
  /** Of the node, inside the module that runs, unless `path` is given. */
  readonly name: string;
  readonly path?: string | undefined;
  readonly weights?: Weights;
  readonly dtype?: Dtype;
}

/** Where the program is. */
export function here(): { file?: string; line?: number; column?: number } {
  const { frame } = run;
  return frame === undefined ? {} : { file: frame.file, line: frame.at.line, column: frame.at.column };
}

/** Applies a layer to tensors: a node of the graph while one is traced, else only shapes. */
export function emitAll(
  kindName: string,
  attributes: object,
  inputs: readonly Tensor[],
  { name, path, weights = {}, dtype }: Emit,
): Tensor[] {
  const kind = layerKind(kindName);
  try {
    const parsed = parseAttributes(kind, attributes);
    const shapes = inputs.map(({ shape }) => shape);
    checkArity(kindName, kind.takes, shapes.length);
    const call = { attributes: parsed, inputs: shapes };
    const outputs: Shape[] = [kind.shape(call), ...(kind.others?.(call) ?? [])];
    const types = kind.givesTypes?.(parsed);
    checkTypes(kind, inputs);
    const trace = tracing.current;
    const first = inputs[0]?.dtype ?? float32;
    const typeAt = (i: number): Dtype =>
      dtype ??
      (types?.[i] === undefined ? first : types[i] === 'int64' ? int64 : first.floats ? first : float32);
    const weighs = Object.values(weights).some((tensor) => tensor !== null && trace?.names.has(tensor));
    if (trace === undefined || !(weighs || inputs.some((tensor) => trace.isBound(tensor)))) {
      return outputs.map((shape, i) => new Tensor(shape, { dtype: typeAt(i) }));
    }
    const from = inputs.map((tensor) => trace.reference(tensor));
    const owned = own(trace, kindName, weightsOf(kind, call), weights);
    const where = trace.path(path ?? trace.within(name));
    trace.builder.frozen = owned.frozen;
    trace.builder.add(where, kind, attributes, { from, ...owned.options });
    trace.builder.frozen = false;
    for (const tensor of Object.values(weights)) {
      if (tensor !== null && !trace.owners.has(tensor)) trace.owners.set(tensor, where);
    }
    return outputs.map(
      (shape, i) => new Tensor(shape, { dtype: typeAt(i), reference: resultReference(where, i) }),
    );
  } catch (error) {
    if (tracing.current) tracing.current.builder.frozen = false;
    throw error instanceof VggError && error.location.line === undefined
      ? new VggError(error.code, error.args, { ...error.location, ...here() })
      : error;
  }
}

export const emit = (kind: string, attributes: object, inputs: readonly Tensor[], how: Emit): Tensor =>
  emitAll(kind, attributes, inputs, how)[0]!;

const typeOf = ({ dtype }: Tensor): TensorType => (dtype.floats ? 'float' : 'int64');

function checkTypes({ kind, takesTypes = ['float'] }: LayerKind, inputs: readonly Tensor[]): void {
  if (takesTypes === 'any') return;
  for (const [place, input] of inputs.entries()) {
    const wanted = takesTypes[place] ?? takesTypes.at(-1);
    if (typeOf(input) !== wanted || input.dtype === bool)
      throw new VggError('torch-type', { kind, type: input.dtype.name });
  }
}

interface Owned {
  readonly frozen: boolean;
  readonly options: { readonly sharesWeightsOf?: string; readonly without?: readonly string[] };
}

/** Whose weights a layer uses: its own, or those of an earlier layer that has the very same tensors. */
function own(trace: Trace, kind: string, specs: readonly WeightSpec[], weights: Weights): Owned {
  const absent = specs.filter(({ name }) => !weights[name]).map(({ name }) => name);
  const there = specs.flatMap(({ name }) => weights[name] ?? []);
  const learned = there.filter((tensor) => tensor.isParameter);
  const frozen = learned.length > 0 && learned.every(({ requiresGrad }) => !requiresGrad);
  const without = absent.length > 0 ? { without: absent } : {};
  // It would be counted as learned.
  const buffer = specs.find(
    ({ name, buffer: kept }) => !kept && weights[name] && trace.buffers.has(weights[name]),
  );
  if (buffer) throw new VggError('torch-buffer-weight', { kind, weight: buffer.name });
  const owners = new Set(there.map((tensor) => trace.owners.get(tensor)));
  if (owners.size === 1 && !owners.has(undefined))
    return { frozen, options: { sharesWeightsOf: [...owners][0]!, ...without } };
  if (owners.size > 1 || there.some((tensor) => !trace.names.has(tensor))) {
    throw new VggError('torch-weights', {
      names: there.map((one) => trace.names.get(one) ?? 'a computed tensor'),
    });
  }
  return { frozen, options: without };
}

/** Stops where nothing can be concluded from shapes alone. */
export const needsData = (what: string) => new VggError('torch-needs-data', { what }, here());
export const unknown = (name: string) => new VggError('torch-unknown', { name }, here());
