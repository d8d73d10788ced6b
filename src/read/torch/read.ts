import { VggError } from '../../core/errors/error.ts';
import type { InputSize } from '../../core/options/values.ts';
import type { TensorType } from '../../core/tensor-type.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import {
  inputReference,
  producerOf,
  type Graph,
  type GraphInput,
  type GraphNode,
} from '../../graph/graph.ts';
import { layerKind } from '../../layers/registry.ts';
import { forAnyBatch } from '../onnx/merge.ts';
import { Evaluator, type ModuleSource } from '../python/evaluator.ts';
import { call, callMethod, getAttribute, typeName } from '../python/operate/core.ts';
import type { Parser } from '../python/parse/parser.ts';
import { PyDict } from '../python/values/dict.ts';
import { PyFunction } from '../python/values/function.ts';
import { PyClass, type Value } from '../python/values/object.ts';
import { PyList, PyMethod, type PyModule, PyTuple } from '../python/values/values.ts';
import { makeLibrary } from './library.ts';
import { leftOver } from './left-over.ts';
import { Module, moduleClass } from './nn/module.ts';
import { float32, int64, Tensor } from './tensor.ts';
import { fed, Trace, tracing } from './trace.ts';

export interface PythonSource {
  readonly parser: Parser;
  readonly text: string;
  /** As errors name it. */
  readonly file: string;
  /** An expression that gives the network, with the file's names. */
  readonly expression?: string | undefined;
  readonly input?: readonly InputSize[] | undefined;
  readonly batch?: number | undefined;
  /** The source of a module, where it lies in a folder that may be read. */
  readonly find?: (name: string) => ModuleSource | undefined;
  /** The names of the modules in a package. */
  readonly list?: (name: string) => readonly string[];
  readonly print?: (text: string) => void;
}

/** Batches at which a forward pass is traced; 1 is special in too many shapes. */
const TRIED = [2, 3] as const;

/** The network of PyTorch source. Nothing of it is executed but by the evaluator. */
export function readPython(source: PythonSource): Graph {
  const evaluator: Evaluator = new Evaluator({
    parser: source.parser,
    ...(source.print && { print: source.print }),
    limits: { steps: 100_000_000, allocation: 40_000_000, elements: 4_000_000 },
    importModule: (name) => library.find(name) ?? source.find?.(name),
  });
  const library = makeLibrary(
    () => evaluator,
    (name, text) => evaluator.runModule(text, name),
    {
      isThere: (name) => source.find?.(name) !== undefined,
      defining: (name, asked) => definers(source, name, asked),
    },
  );
  fed.length = 0;
  const main = evaluator.runFile(source.text, source.file);
  const network = networkIn(main, evaluator, source);
  return traced(network, evaluator, source);
}

/** The modules of a package whose text defines a name. */
function definers({ find, list }: PythonSource, name: string, asked: string): string[] {
  const defines = [`def ${asked}(`, `class ${asked}(`, `class ${asked}:`];
  return (list?.(name) ?? []).filter((one) => {
    const text = find?.(`${name}.${one}`)?.source ?? '';
    return defines.some((line) => text.includes(`\n${line}`));
  });
}

interface Network {
  readonly module: Module;
  readonly name: string;
}

function networkIn(main: PyModule, evaluator: Evaluator, { expression, file }: PythonSource): Network {
  if (expression !== undefined) {
    const value = evaluator.evaluate(expression, main, file);
    const made = value instanceof Module ? value : madeBy(value, evaluator);
    if (!made) throw new VggError('torch-not-a-network', { expression, type: typeName(value) }, { file });
    return { module: made, name: made.cls.name };
  }
  const instances = [...main.attributes].filter(
    (entry): entry is [string, Module] => entry[1] instanceof Module,
  );
  const inside = new Set(instances.flatMap(([, module]) => [...module.all()].slice(1).map(([, one]) => one)));
  const outer = [
    ...new Map(instances.filter(([, module]) => !inside.has(module)).map(([name, module]) => [module, name])),
  ];
  const preferred = outer.find(([, name]) => name === 'net' || name === 'model');
  const [only] = outer;
  if (preferred || (only && outer.length === 1)) {
    const [module, name] = preferred ?? only!;
    return {
      module,
      name: /^(?:net|model)$/.test(name) && module.cls.module === '__main__' ? module.cls.name : name,
    };
  }
  if (outer.length > 1)
    throw new VggError('torch-several-networks', { names: outer.map(([, name]) => name), file }, { file });
  return withoutArguments(main, evaluator, file);
}

/** A class or a function that builds a network when it is called without arguments: the last one of the file. */
function withoutArguments(main: PyModule, evaluator: Evaluator, file: string): Network {
  const candidates = [...main.attributes].filter(([, value]) => isOwn(value, main)).toReversed();
  let failure: unknown;
  for (const [name, value] of candidates) {
    if (value instanceof PyFunction && needsArguments(value)) continue;
    try {
      const made = madeBy(value, evaluator);
      if (made) return { module: made, name };
    } catch (error) {
      if (!(error instanceof VggError) || value instanceof PyClass) failure ??= error;
    }
  }
  const names = candidates.map(([name]) => name);
  if (failure instanceof VggError && candidates.length === 1 && failure.code !== 'python-exception')
    throw failure;
  throw new VggError('torch-no-network', { names, file }, { file });
}

const isOwn = (value: Value, main: PyModule): boolean =>
  (value instanceof PyClass && value.module === '__main__' && value.isSubclassOf(moduleClass)) ||
  (value instanceof PyFunction && value.module === main);

const needsArguments = ({ parameters, defaults }: PyFunction): boolean =>
  parameters.some(({ name, kind }) => /^positional|^keyword/.test(kind) && !defaults.has(name));

function madeBy(value: Value, evaluator: Evaluator): Module | undefined {
  if (!(value instanceof PyClass || value instanceof PyFunction)) return undefined;
  const made = evaluator.call(value);
  return made instanceof Module ? made : undefined;
}

interface Parameter {
  readonly name: string;
  readonly required: boolean;
}

/** What `forward` takes. */
function parametersOf(module: Module): Parameter[] {
  const forward = getAttribute(module, 'forward');
  const callee = forward instanceof PyMethod ? forward.callee : forward;
  if (!(callee instanceof PyFunction)) return [{ name: 'input', required: true }];
  return callee.parameters
    .slice(1)
    .filter(({ kind }) => kind.startsWith('positional'))
    .map(({ name }) => ({ name, required: !callee.defaults.has(name) }));
}

/** The sizes of what goes in: those that are asked for, else what the file itself has fed. */
function inputsOf(
  module: Module,
  evaluator: Evaluator,
  { input: asked = [], file }: PythonSource,
): GraphInput[] {
  const parameters = evaluator.within(() => parametersOf(module));
  const own = fedTo(module);
  const taken = parameters.filter(
    ({ required, name }, i) => required || asked.some((size) => size.name === name) || i < asked.length,
  );
  const unnamed = asked.filter(({ name }) => name === undefined);
  const inputs = taken.map(({ name }, i): GraphInput => {
    const size = asked.find((one) => one.name === name) ?? unnamed[i];
    const sizes = size?.sizes ?? own[i]?.shape;
    if (!sizes) throw new VggError('torch-no-input', { name, several: taken.length > 1 }, { file });
    const integers =
      typesOf(size) === 'int64' ||
      own[i]?.dtype.floats === false ||
      (firstIsEmbedding(module) && sizes.length === 2);
    const type: TensorType = integers ? 'int64' : 'float';
    // Images may be given without a batch.
    const example = size && sizes.length === 3 && takesImages(module) ? sizes : sizes.slice(1);
    return { name: taken.length === 1 ? 'input' : name, shape: example, type };
  });
  return inputs;
}

/** What the program itself gives to the network; to its first layer, where it calls one after the other. */
function fedTo(module: Module): readonly Tensor[] {
  const inside = new Set([...module.all()].map(([, one]) => one));
  const whole = fed.find((one) => one.module === module);
  return (whole ?? fed.find((one) => inside.has(one.module as Module)))?.inputs ?? [];
}

function takesImages(module: Module): boolean {
  for (const [, one] of module.all()) if (one.cls.mro.some(({ name }) => name.endsWith('2d'))) return true;
  return false;
}

const typesOf = (size: InputSize | undefined): string | undefined =>
  (size as { type?: string } | undefined)?.type;

/** Networks of words take their numbers. */
function firstIsEmbedding(module: Module): boolean {
  for (const [, one] of module.all()) if (one.cls.name === 'Embedding') return true;
  return false;
}

function traced({ module, name }: Network, evaluator: Evaluator, source: PythonSource): Graph {
  const inputs = inputsOf(module, evaluator, source);
  const [first, ...others] = inputs;
  if (!first) throw new VggError('torch-no-input', { name: 'input', several: false }, { file: source.file });
  const about = { name, source: 'python', inputs: [first, ...others] as const };
  const wasTraining = module.training;
  const at = (batch: number, training: boolean) => {
    // By its own method: some keep a part in eval().
    evaluator.within(() => callMethod(module, 'train', [training]));
    try {
      return traceAt(module, inputs, batch, training, evaluator, source.file);
    } finally {
      for (const [, one] of module.all()) one.training = wasTraining;
    }
  };
  const [some, other] = [at(TRIED[0], true), at(TRIED[1], true)];
  const merged = forAnyBatch(some.nodes, other.nodes, TRIED, inputReference(first));
  const batch = source.batch ?? source.input?.[0]?.sizes[0] ?? 1;
  const training = merged ? { ...some, nodes: merged } : at(batch, true);
  const evaluation = at(merged ? TRIED[0] : batch, false);
  const nodes = marked(training.nodes, evaluation.nodes);
  return {
    ...about,
    nodes,
    outputs: outputsOf(training.outputs, evaluation.outputs),
    ...(!merged && batch !== 1 && { batch }),
  };
}

/** The outputs of both modes, those that evaluation has too first. */
function outputsOf(training: readonly string[], evaluation: readonly string[]): readonly string[] {
  const both = training.filter((one) => evaluation.includes(one));
  return [...both, ...training.filter((one) => !both.includes(one))];
}

/** What only training runs, but for layers that are nothing in evaluation. */
function marked(training: readonly GraphNode[], evaluation: readonly GraphNode[]): readonly GraphNode[] {
  const there = new Set(evaluation.map(({ path }) => path));
  const reads = new Map<string, boolean>();
  for (const { path, inputs } of training) {
    for (const input of inputs) {
      const producer = producerOf(input);
      reads.set(producer, (reads.get(producer) ?? false) || there.has(path));
    }
  }
  // A layer that evaluation lacks, but whose readers it has, is nothing there, as dropping a path is.
  return training.map((node) =>
    there.has(node.path) || reads.get(node.path) ? node : { ...node, trainingOnly: true as const },
  );
}

interface Traced {
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly string[];
}

function traceAt(
  module: Module,
  inputs: readonly GraphInput[],
  batch: number,
  training: boolean,
  evaluator: Evaluator,
  file: string,
): Traced {
  const names = new Map<Tensor, string>();
  const buffers = new Set<Tensor>();
  const moduleNames = new Map<Module, string>();
  for (const [path, one] of module.all()) moduleNames.set(one, path);
  for (const [path, tensor] of module.tensors('parameters')) names.set(tensor, path);
  for (const [path, tensor] of module.tensors('ownBuffers')) {
    names.set(tensor, path);
    buffers.add(tensor);
  }
  const [first, ...others] = inputs.map((one) => one.name);
  const builder = new GraphBuilder([first!, ...others]);
  const trace = new Trace(builder, names, buffers, moduleNames, training);
  tracing.current = trace;
  try {
    const args = inputs.map(({ name, shape, type }) => {
      return new Tensor([batch, ...shape], {
        dtype: type === 'float' ? float32 : int64,
        reference: inputReference({ name }),
      });
    });
    const result = evaluator.within(() => call(module, args));
    const outputs = [...new Set(results(result).flatMap(({ reference }) => reference ?? []))];
    if (outputs.length === 0) throw new VggError('torch-no-output', { type: typeName(result) }, { file });
    const last = outputs.map((output) =>
      output.startsWith('@')
        ? builder.add(trace.path('identity'), layerKind('identity'), {}, { from: [output] })
        : output,
    );
    leftOver(trace);
    return { nodes: builder.all(), outputs: last };
  } finally {
    tracing.current = undefined;
  }
}

/** All tensors in what a network gives, in their order. */
function results(value: Value): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (value instanceof PyTuple || value instanceof PyList) return value.items.flatMap(results);
  if (value instanceof PyDict) return [...value.entries()].flatMap(({ value: one }) => results(one));
  if (value !== null && typeof value === 'object' && value.attributes && !(value instanceof Module))
    return [...value.attributes.values()].flatMap((one) => (one instanceof Tensor ? [one] : []));
  return [];
}
