import { MOST_DIMENSIONS } from '../../onnx/tensor-data.ts';
import { damaged, listOf, objectOf, textOf, type Json } from './json.ts';

/** A size of a tensor: a number, or an expression of symbols with the number that it was exported with. */
export type Size = number | { readonly symbol: string; readonly hint: number | undefined };

/** What the file states of a tensor. */
export interface TensorMeta {
  /** The number of its type, as PyTorch's schema has it. */
  readonly dtype: number;
  readonly sizes: readonly Size[];
  readonly requiresGrad: boolean;
}

export interface ProgramNode {
  /** `torch.ops.aten.conv2d.default` */
  readonly target: string;
  /** Arguments in their order: their names, the kind of each (`as_tensor`, …) and what it holds. */
  readonly inputs: readonly { readonly name: string; readonly form: string; readonly value: unknown }[];
  readonly outputs: readonly { readonly form: string; readonly value: unknown }[];
  /** Path of the module that it runs in, and that module's class. */
  readonly module: string;
  readonly moduleClass: string;
}

/** What goes into the program, in the order of its inputs. */
export interface ProgramInput {
  readonly role: 'parameter' | 'buffer' | 'user';
  readonly name: string;
  /** Of a parameter or buffer: its name in the module. */
  readonly of: string;
}

export interface Program {
  readonly nodes: readonly ProgramNode[];
  readonly tensors: ReadonlyMap<string, TensorMeta>;
  readonly inputs: readonly ProgramInput[];
  /** The tensors that it gives to its caller. */
  readonly outputs: readonly string[];
  /** The largest number that a symbol of its sizes may have, where the exporter was told one. */
  readonly largest: ReadonlyMap<string, number>;
}

/** The program in a parsed `model.json`. Throws `pt2-damaged`. */
export function programOf(root: Json): Program {
  const module = objectOf(root.get('graph_module'), 'graph_module');
  const graph = objectOf(module.get('graph'), 'graph');
  const signature = objectOf(module.get('signature'), 'signature');
  const tensors = new Map(
    [...objectOf(graph.get('tensor_values'), 'tensor_values')].map(
      ([name, meta]) => [name, tensorMeta(meta, name)] as const,
    ),
  );
  const inputs = listOf(signature.get('input_specs'), 'input_specs').map(inputOf);
  const outputs = listOf(signature.get('output_specs'), 'output_specs').flatMap(outputOf);
  const nodes = listOf(graph.get('nodes'), 'nodes').map(nodeOf);
  return { nodes, tensors, inputs, outputs, largest: largestOf(root.get('range_constraints')) };
}

/** `{s77: {min_val: 2, max_val: 16}}`; the least is 2 for every symbol, as 1 is special to the exporter alone. */
function largestOf(ranges: unknown): ReadonlyMap<string, number> {
  const all = ranges === undefined ? [] : [...objectOf(ranges, 'range_constraints')];
  return new Map(
    all.flatMap(([symbol, range]) => {
      const most = objectOf(range, 'a range').get('max_val');
      return typeof most === 'number' ? [[symbol, most] as const] : [];
    }),
  );
}

/** The one entry of an object that says by its key what it is. */
export function variant(value: unknown, what: string): readonly [form: string, value: unknown] {
  const entries = [...objectOf(value, what)].filter(([, one]) => one !== null && one !== undefined);
  const [only] = entries;
  if (!only || entries.length !== 1) throw damaged(`${what} is not of one kind`);
  return only;
}

function tensorMeta(value: unknown, name: string): TensorMeta {
  const meta = objectOf(value, name);
  const sizes = listOf(meta.get('sizes'), `sizes of ${name}`);
  if (sizes.length > MOST_DIMENSIONS) throw damaged(`${name} has ${sizes.length} dimensions`);
  const dtype = meta.get('dtype');
  if (typeof dtype !== 'number') throw damaged(`${name} has no type`);
  return {
    dtype,
    sizes: sizes.map((size) => sizeOf(size, name)),
    requiresGrad: meta.get('requires_grad') === true,
  };
}

/** Throws `pt2-damaged` for what is neither a size nor an expression of sizes. */
export function sizeOf(value: unknown, name: string): Size {
  const [form, size] = variant(value, `a size of ${name}`);
  if (form === 'as_int' && Number.isSafeInteger(size) && (size as number) >= 0) return size as number;
  if (form !== 'as_expr') throw damaged(`a size of ${name} is none`);
  const expression = objectOf(size, `a size of ${name}`);
  const [, hint] = expression.get('hint') ? variant(expression.get('hint'), 'a hint') : [];
  return {
    symbol: plainExpression(textOf(expression.get('expr_str'), `a size of ${name}`)),
    hint: Number.isSafeInteger(hint) ? (hint as number) : undefined,
  };
}

/** `Symbol('s77', positive=True)` is s77, `Mul(Integer(2), s77)` is 2*s77; others stay as they are. */
const plainExpression = (text: string): string =>
  text
    .slice(0, 1000)
    .replaceAll(/Symbol\('(\w+)'[^()]*\)/g, '$1')
    .replaceAll(/Integer\((\d+)\)/g, '$1')
    .replace(/^Mul\((\d+), (\w+)\)$/, '$1*$2');

function inputOf(value: unknown): ProgramInput {
  const [role, given] = variant(value, 'an input');
  const spec = objectOf(given, 'an input');
  const argument = objectOf(spec.get('arg'), 'an input');
  switch (role) {
    case 'parameter':
    case 'buffer':
      return {
        role,
        name: textOf(argument.get('name'), 'an input'),
        of: textOf(spec.get(`${role}_name`), 'an input'),
      };
    case 'user_input': {
      const [form, tensor] = variant(spec.get('arg'), 'an input');
      if (form !== 'as_tensor') throw damaged(`an input is ${form}, and only tensors are read`);
      return { role: 'user', name: textOf(objectOf(tensor, 'an input').get('name'), 'an input'), of: '' };
    }
    default:
      throw damaged(`an input is ${role}, which is not read`);
  }
}

function outputOf(value: unknown): string[] {
  const [role, given] = variant(value, 'an output');
  // A counter of batches that is written back, as a running mean is.
  if (role === 'buffer_mutation') return [];
  if (role !== 'user_output') throw damaged(`an output is ${role}, which is not read`);
  const [form, tensor] = variant(objectOf(given, 'an output').get('arg'), 'an output');
  return form === 'as_tensor' ? [textOf(objectOf(tensor, 'an output').get('name'), 'an output')] : [];
}

function nodeOf(value: unknown): ProgramNode {
  const node = objectOf(value, 'a node');
  const metadata = objectOf(node.get('metadata') ?? {}, 'metadata');
  const stack = metadata.get('nn_module_stack');
  // `key,path,class;key,path,class`, from the outside to the inside.
  const [, path = '', moduleClass = ''] =
    typeof stack === 'string' ? (stack.split(';').at(-1)?.split(',') ?? []) : [];
  return {
    target: textOf(node.get('target'), 'a target'),
    inputs: listOf(node.get('inputs'), 'inputs of a node').map((one) => {
      const input = objectOf(one, 'an argument');
      const [form, held] = variant(input.get('arg'), 'an argument');
      return { name: textOf(input.get('name'), 'an argument'), form, value: held };
    }),
    outputs: listOf(node.get('outputs'), 'outputs of a node').map((one) => {
      const [form, held] = variant(one, 'an output');
      return { form, value: held };
    }),
    // What the exporter adds for itself runs in none.
    module: path.startsWith('_empty_nn_module_stack') ? '' : path.slice(0, 500),
    moduleClass,
  };
}
