import { VggError } from '../../core/errors/error.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { inputReference, type GraphNode } from '../../graph/graph.ts';
import { layerKind } from '../../layers/registry.ts';
import { run } from '../python/state.ts';
import { Raised } from '../python/values/exceptions.ts';
import type { Value } from '../python/values/object.ts';
import { PyFloat, PyList, PyTuple } from '../python/values/values.ts';
import { leftOver } from '../torch/left-over.ts';
import { bool, parameterClass, Tensor } from '../torch/tensor.ts';
import { Trace, tracing } from '../torch/trace.ts';
import { damaged, listOf, objectOf, textOf } from './json.ts';
import { operators } from './operators.ts';
import { CHECKS, sizeArithmetic } from './scalars.ts';
import { sizeOf, variant, type Program, type ProgramNode, type Size, type TensorMeta } from './program.ts';
import { special, types, type Arguments } from './special.ts';

/** Elements that a program may handle in all while it is read; weights never are. */
const LIMITS = { steps: 20_000_000, allocation: 20_000_000, elements: 4_000_000 };

/** A trace in which a layer of torch.nn without weights has its module's path. */
class ProgramTrace extends Trace {
  leaf = false;

  override within(name: string): string {
    return this.leaf ? this.modules.at(-1)! : super.within(name);
  }
}

export interface Translated {
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly string[];
}

/** The numbers of symbols at which a program is translated. */
export type Symbols = ReadonlyMap<string, number>;

export interface Named {
  /** In the file. */
  readonly name: string;
  /** In the graph. */
  readonly called: string;
  readonly shape: readonly number[];
}

/**
 * The layers of a program at one size of its inputs. Throws `pt2-unknown-operator`, `pt2-bad-node` where a layer gives
 * another shape than the file states, and the errors of layers.
 */
export function translate(program: Program, inputs: readonly Named[], symbols: Symbols): Translated {
  const before = { ...run };
  const traced = tracing.current;
  Object.assign(run, { limits: { ...run.limits, ...LIMITS }, steps: 0, allocated: 0, dropped: undefined });
  try {
    return new Translation(program, inputs, symbols).run();
  } finally {
    tracing.current = traced;
    Object.assign(run, before);
  }
}

class Translation {
  readonly #program: Program;
  readonly #symbols: Symbols;
  readonly #values = new Map<string, Value>();
  readonly #trace: ProgramTrace;
  /** Normalizations that use their running statistics. */
  readonly #inEval = new Set<string>();

  constructor(program: Program, inputs: readonly Named[], symbols: Symbols) {
    this.#program = program;
    this.#symbols = symbols;
    const names = new Map<Tensor, string>();
    const buffers = new Set<Tensor>();
    for (const { role, name, of } of program.inputs) {
      if (role === 'user') continue;
      const meta = this.#meta(name);
      const shape = meta.sizes.map((size) => this.#size(size) ?? 0);
      const tensor = new Tensor(shape, {
        dtype: typeOf(meta),
        ...(role === 'parameter' && { cls: parameterClass }),
      });
      tensor.requiresGrad = meta.requiresGrad;
      names.set(tensor, of);
      if (role === 'buffer') buffers.add(tensor);
      this.#set(name, tensor);
    }
    const [first, ...others] = inputs.map(({ called }) => called);
    const builder = new GraphBuilder([first!, ...others]);
    for (const { name, called, shape } of inputs) {
      const dtype = typeOf(this.#meta(name));
      this.#set(name, new Tensor(shape, { dtype, reference: inputReference({ name: called }) }));
    }
    this.#trace = new ProgramTrace(builder, names, buffers, new Map(), true);
  }

  run(): Translated {
    const trace = this.#trace;
    tracing.current = trace;
    for (const node of this.#program.nodes) this.#node(node);
    const outputs = new Set<string>();
    for (const name of this.#program.outputs) {
      const value = this.#values.get(name);
      if (!(value instanceof Tensor)) throw damaged(`the output ${name} is not there`);
      const reference = trace.reference(value);
      outputs.add(
        reference.startsWith('@')
          ? trace.builder.add(trace.path('identity'), layerKind('identity'), {}, { from: [reference] })
          : reference,
      );
    }
    if (outputs.size === 0) throw damaged('it gives no tensor');
    leftOver(trace);
    const nodes = trace.builder
      .all()
      .map((node) => (this.#inEval.has(node.path) ? { ...node, inEval: true as const } : node));
    return { nodes, outputs: [...outputs] };
  }

  #node(node: ProgramNode): void {
    const operator = node.target.replace(/^torch\.ops\./, '').slice(0, 200);
    const trace = this.#trace;
    trace.modules.splice(0, trace.modules.length, ...(node.module === '' ? [] : [node.module]));
    trace.leaf =
      node.module !== '' && /^torch\.nn\.modules\.(?!activation\.MultiheadAttention)/.test(node.moduleClass);
    try {
      const result = this.#apply(node, operator);
      this.#assign(node, operator, result);
    } catch (error) {
      if (error instanceof VggError) throw error.at({ path: node.module || operator });
      const problem =
        error instanceof Raised
          ? error.exception.args.items.map(String).join(' ')
          : error instanceof TypeError || error instanceof RangeError
            ? error.message
            : undefined;
      if (problem === undefined) throw error;
      throw new VggError('pt2-bad-node', { operator, problem }, { path: node.module || operator });
    }
  }

  #apply(node: ProgramNode, operator: string): Value {
    const name = /^aten\.(\w+)\.\w+$/.exec(operator)?.[1] ?? '';
    const args = new Map(node.inputs.map((input) => [input.name, this.#argument(input.form, input.value)]));
    if (CHECKS.test(operator)) return null;
    const scalar = sizeArithmetic(operator, [...args.values()]);
    if (scalar !== undefined) return scalar;
    const own = special.get(name);
    if (own) {
      refuseOthers(operator, args, own.takes);
      const result = own.become(args);
      if (args.get('training') === false && result instanceof Tensor && result.reference !== undefined)
        this.#inEval.add(result.reference);
      return result;
    }
    return this.#call(name, operator, args);
  }

  #call(name: string, operator: string, args: Arguments): Value {
    const known = operators.get(name);
    if (!known) throw new VggError('pt2-unknown-operator', { operator, problem: 'is not read' });
    const { operation, takes, named, ignores } = known;
    refuseOthers(operator, args, [...takes, ...named, ...ignores]);
    const last = takes.findLastIndex((argument) => args.has(argument));
    const positional = takes.slice(0, last + 1).map((argument) => args.get(argument));
    const keywords = new Map(
      named.flatMap((argument) => (args.has(argument) ? [[argument, args.get(argument)!]] : [])),
    );
    // What is left out between two arguments is undefined, as in a call that names them.
    return operation.native.invoke(positional as readonly Value[], keywords);
  }

  #assign({ outputs }: ProgramNode, operator: string, result: Value): void {
    const names = outputs.flatMap(({ form, value }) => namesOf(form, value));
    const results = result instanceof PyTuple || result instanceof PyList ? result.items : [result];
    if (names.length !== results.length && outputs.length > 0)
      throw new VggError('pt2-bad-node', {
        operator,
        problem: `gives ${results.length} tensors where the file has ${names.length}`,
      });
    for (const [i, name] of names.entries()) {
      const value = results[i];
      if (value instanceof Tensor) this.#check(operator, value, this.#meta(name));
      this.#set(name, value ?? null);
    }
  }

  /** The file states every shape: ours is the same, or one of the two has been misread. */
  #check(operator: string, { shape }: Tensor, { sizes }: TensorMeta): void {
    const stated = sizes.map((size) => this.#size(size));
    if (stated.length === shape.length && stated.every((size, i) => size === undefined || size === shape[i]))
      return;
    const problem = `gives ${shape.join('×')} where the file has ${stated.map((size) => size ?? '?').join('×')}`;
    throw new VggError('pt2-bad-node', { operator, problem });
  }

  /** undefined for an expression of symbols that is more than a product. */
  #size(size: Size): number | undefined {
    if (typeof size === 'number') return size;
    const [, factor = '1', symbol = ''] = /^(?:(\d+)\*)?(\w+)$/.exec(size.symbol) ?? [];
    const number = this.#symbols.get(symbol);
    return number === undefined ? undefined : Number(factor) * number;
  }

  #argument(form: string, value: unknown): Value {
    switch (form) {
      case 'as_none':
        return null;
      case 'as_tensor':
        return this.#read(nameOf(value));
      case 'as_tensors':
        return new PyList(listOf(value, 'tensors').map((one) => this.#read(nameOf(one))));
      case 'as_optional_tensors':
        return new PyList(listOf(value, 'tensors').map((one) => this.#argument(...variant(one, 'a tensor'))));
      case 'as_int':
        return integer(value);
      case 'as_ints':
        return new PyList(listOf(value, 'numbers').map(integer));
      case 'as_float':
        return new PyFloat(float(value));
      case 'as_floats':
        return new PyList(listOf(value, 'numbers').map((one) => new PyFloat(float(one))));
      case 'as_bool':
        return value === true;
      case 'as_string':
        return textOf(value, 'an argument');
      case 'as_sym_int':
        return this.#symbolic(value);
      case 'as_sym_ints':
        return new PyList(listOf(value, 'sizes').map((one) => this.#symbolic(one)));
      case 'as_scalar_type':
        return typeOf({ dtype: integer(value), sizes: [], requiresGrad: false });
      // How a tensor lies in memory or where: the same to shapes and counts.
      case 'as_memory_format':
      case 'as_layout':
      case 'as_device':
        return null;
      default:
        throw damaged(`an argument is ${form}, which is not read`);
    }
  }

  /** A number, or what a size of a tensor gave. */
  #symbolic(value: unknown): Value {
    const [form, held] = variant(value, 'a size');
    if (form === 'as_int') return integer(held);
    if (form === 'as_name') return this.#read(textOf(held, 'a size'));
    const size = this.#size(sizeOf(value, 'an argument'));
    if (size === undefined) throw damaged('an argument is an expression of sizes that is not read');
    return size;
  }

  #read(name: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) throw damaged(`${name} is read before it is there`);
    return value;
  }

  #set(name: string, value: Value): void {
    if (this.#values.has(name)) throw damaged(`two values are called ${name}`);
    this.#values.set(name, value);
  }

  #meta(name: string): TensorMeta {
    const meta = this.#program.tensors.get(name);
    if (!meta) throw damaged(`${name} has no shape`);
    return meta;
  }
}

function refuseOthers(operator: string, args: Arguments, known: readonly string[]): void {
  const other = [...args.keys()].find((argument) => !known.includes(argument));
  if (other === undefined) return;
  const problem = `with the argument ${other} is not read`;
  throw new VggError('pt2-unknown-operator', { operator, problem });
}

/** The names of what an output gives: of a tensor, of several, or of a size. */
function namesOf(form: string, value: unknown): readonly string[] {
  switch (form) {
    case 'as_none':
      return [];
    case 'as_tensor':
      return [nameOf(value)];
    case 'as_tensors':
      return listOf(value, 'outputs').map(nameOf);
    case 'as_sym_int':
      return [textOf(objectOf(value, 'a size').get('as_name'), 'a size')];
    default:
      throw damaged(`an output is ${form}, which is not read`);
  }
}

const nameOf = (value: unknown): string => textOf(objectOf(value, 'a tensor').get('name'), 'a tensor');

/** `x[1:]` ends at 2^63 − 1: no size or place is beyond 2^53. */
function integer(value: unknown): number {
  if (!Number.isInteger(value)) throw damaged('an argument is not a whole number');
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(value as number, Number.MAX_SAFE_INTEGER));
}

function float(value: unknown): number {
  if (typeof value === 'number') return value;
  const special = { Infinity, '-Infinity': -Infinity, NaN };
  if (typeof value === 'string' && Object.hasOwn(special, value))
    return special[value as keyof typeof special];
  throw damaged('an argument is not a number');
}

/** Throws `pt2-damaged` for one that no layer computes with. */
export function typeOf({ dtype }: TensorMeta) {
  const type = dtype === 12 ? bool : types.get(dtype);
  if (!type) throw damaged(`a tensor is of type ${dtype}, which is not read`);
  return type;
}
