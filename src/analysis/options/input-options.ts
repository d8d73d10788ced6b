import type { Dtype } from '../../core/dtype.ts';
import { VggError } from '../../core/errors/error.ts';
import type { OptionsFor } from '../../core/options/option.ts';
import { choice, count, inputSizes, type InputSize } from '../../core/options/values.ts';
import type { Shape } from '../../core/shape.ts';
import { nearest } from '../../core/nearest.ts';
import type { Graph, GraphInput } from '../../graph/graph.ts';

/** What goes through the network. */
export interface InputOptions {
  readonly input?: readonly InputSize[];
  readonly batch?: number;
  readonly dtype?: Dtype;
}

const dtypes = ['float32', 'float16', 'bfloat16', 'amp'] as const;

export const inputOptions: OptionsFor<InputOptions> = {
  input: {
    value: '<size>',
    about: 'NxCxHxW, CxHxW or the side of an image; name=sizes for each of several inputs',
    read: () => inputSizes,
  },
  batch: { value: '<n>', about: 'batch size', read: count },
  dtype: {
    value: '<type>',
    choices: dtypes,
    about: dtypes.join(', '),
    read: (option) => choice(option, dtypes),
  },
};

/**
 * The shape of each of the network's inputs, batch first. Throws `bad-input-size`, `unknown-input`, `input-twice`,
 * `too-many-inputs` and `input-type-differs`, and `options-contradict` when several batches are named.
 */
export function inputShapes(
  graph: Graph,
  { input: given = [], batch }: InputOptions,
): readonly [Shape, ...Shape[]] {
  const sizes = byInput(graph, given);
  const batches = graph.inputs.flatMap((input): { option: string; batch: number }[] => {
    const said = sizes.get(input);
    if (said === undefined || said.sizes.length === input.shape.length) return [];
    return [{ option: `--input with a batch of ${said.sizes[0]}`, batch: said.sizes[0]! }];
  });
  if (batch !== undefined) batches.push({ option: `--batch ${batch}`, batch });
  const [first, ...others] = batches;
  const other = others.find((one) => one.batch !== first!.batch);
  if (other) throw new VggError('options-contradict', { first: first!.option, second: other.option });
  const shapeOf = (input: GraphInput): Shape => [
    first?.batch ?? graph.batch ?? 1,
    ...(sizes.get(input)?.sizes.slice(-input.shape.length) ?? input.shape),
  ];
  const [main, ...rest] = graph.inputs;
  return [shapeOf(main), ...rest.map(shapeOf)];
}

/** The main input's at this batch, whatever batch `--input` names. */
export function imagesShape(graph: Graph, batch: number, input: InputSize | undefined): Shape {
  const [[, ...image]] = inputShapes(graph, input ? { input: [input] } : {});
  return [batch, ...image];
}

/** What is said of each input: by its name, the others in the order of the network's. */
function byInput(graph: Graph, given: readonly InputSize[]): ReadonlyMap<GraphInput, InputSize> {
  const known = graph.inputs.map(({ name }) => name);
  const found = new Map<GraphInput, InputSize>();
  for (const size of given.toSorted((a, b) => Number(b.name !== undefined) - Number(a.name !== undefined))) {
    const input =
      size.name === undefined
        ? graph.inputs.find((one) => !found.has(one))
        : graph.inputs.find(({ name }) => name === size.name);
    if (input === undefined) {
      if (size.name === undefined)
        throw new VggError('too-many-inputs', { count: given.length - known.length, known });
      throw new VggError('unknown-input', { name: size.name, known, nearest: nearest(size.name, known) });
    }
    if (found.has(input)) throw new VggError('input-twice', { name: input.name });
    const meant = withChannels(input, size);
    checkSize(input, meant);
    found.set(input, meant);
  }
  return found;
}

/** `224` and `224x320` are sides of an image, which has the network's channels. */
function withChannels({ shape }: GraphInput, size: InputSize): InputSize {
  const [first, second = first] = size.sizes;
  if (shape.length !== 3 || size.sizes.length > 2 || first === undefined) return size;
  return { ...size, sizes: [shape[0]!, first, second!] };
}

function checkSize({ name, shape, type: expected }: GraphInput, { text, sizes, type }: InputSize): void {
  if (type !== undefined && type !== expected)
    throw new VggError('input-type-differs', { name, type, expected });
  const { length } = sizes;
  if (length === shape.length || length === shape.length + 1) return;
  const problem = `has ${length} size${length === 1 ? '' : 's'}`;
  throw new VggError('bad-input-size', { text, problem, example: shape });
}
