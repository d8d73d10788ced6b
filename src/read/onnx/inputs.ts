import { VggError } from '../../core/errors/error.ts';
import { elements } from '../../core/arithmetic.ts';
import type { InputSize } from '../../core/options/values.ts';
import type { Shape } from '../../core/shape.ts';
import type { TensorType } from '../../core/tensor-type.ts';
import type { FileGraph, FileSize, FileValue } from '../../onnx/file.ts';

/** What the person says of the inputs. */
export interface AskedSizes {
  readonly input?: readonly InputSize[] | undefined;
  readonly batch?: number | undefined;
}

/** An input of the network at the size that is asked for. */
export interface NetworkInput {
  /** In the file. */
  readonly name: string;
  /** As it is written on a command line. */
  readonly called: string;
  readonly type: TensorType;
  /** Of one example. */
  readonly example: Shape;
}

export interface NetworkInputs {
  readonly inputs: readonly [NetworkInput, ...NetworkInput[]];
  /** The batch of the file, undefined where that is open. */
  readonly batch: number | undefined;
  /** The batch that is asked for. */
  readonly asked: number | undefined;
  /** What the names of sizes stand for, but for those of the batch. */
  readonly sizes: ReadonlyMap<string, number>;
  /** The names that the batch has. */
  readonly batchNames: readonly string[];
}

/** Open sizes in an example of what may be asked for. */
const SIDE = 224;
const STEPS = 128;

/**
 * The inputs of a network at the sizes that are asked for. An open batch is left to the caller. Throws `onnx-no-input`,
 * `onnx-bad-input`, and `onnx-open-size` for what the file leaves open and nobody says.
 */
export function inputsOf(
  { inputs, initializers }: FileGraph,
  { input: given = [], batch }: AskedSizes,
): NetworkInputs {
  const weights = new Set(initializers.map(({ name }) => name));
  const values = inputs.filter(({ name }) => !weights.has(name));
  const called = names(values);
  const asked = assigned(called, given);
  const all = values.map((value, i) => ({
    value,
    called: called[i]!,
    sizes: sizesOf(value, asked[i], values.length),
  }));
  const named = new Map<string, number>();
  const batchNames = new Set<string>();
  for (const { value, sizes } of all) {
    const [first] = value.sizes ?? [];
    if (typeof first === 'string') batchNames.add(first);
    for (const [axis, size] of (value.sizes ?? []).entries()) {
      const known = sizes[axis];
      if (axis > 0 && typeof size === 'string' && typeof known === 'number') named.set(size, known);
    }
  }
  const batches = new Map<number, string>();
  const made = all.map(({ value, called: name, sizes }): NetworkInput => {
    const example = sizes
      .slice(1)
      .map((size) => (typeof size === 'string' ? (named.get(size) ?? size) : size));
    const open = example.findIndex((size) => typeof size !== 'number');
    if (open !== -1) throw openSize(name, [sizes[0], ...example], open + 1, all.length > 1);
    const [own] = value.sizes ?? [];
    if (typeof own === 'number') batches.set(own, name);
    elements(example as Shape);
    return { name: value.name, called: name, type: typeOf(value), example: example as Shape };
  });
  const [first, ...others] = made;
  if (!first) throw new VggError('onnx-no-input', {});
  const [[own] = [], second] = [...batches];
  if (second && own !== undefined) {
    const problem = `has ${second[0]} as its first size, and ${batches.get(own)} has ${own}`;
    throw new VggError('onnx-bad-input', { input: second[1], problem });
  }
  const said = all.findIndex(({ sizes }, i) => asked[i]?.sizes.length === sizes.length);
  return {
    inputs: [first, ...others],
    batch: own,
    asked: batch ?? asked[said]?.sizes[0],
    sizes: named,
    batchNames: [...batchNames],
  };
}

/** Names as `--input` and references to layers can have them. */
function names(values: readonly FileValue[]): string[] {
  const used = new Set<string>();
  return values.map(({ name }, i) => {
    const clean = name.replace(/[^\w.-]+/g, '_').slice(0, 100) || `input${i + 1}`;
    let unique = clean;
    for (let next = 2; used.has(unique); next++) unique = `${clean}_${next}`;
    used.add(unique);
    return unique;
  });
}

/** What is said of each input: by name, the others in their order. What fits none is left to whoever checks it. */
function assigned(called: readonly string[], given: readonly InputSize[]): (InputSize | undefined)[] {
  const found = called.map((name) => given.find((size) => size.name === name));
  for (const size of given) {
    const place = size.name === undefined ? found.indexOf(undefined) : -1;
    if (place !== -1) found[place] = size;
  }
  return found;
}

/** The sizes of an input, those that are asked for in place of the file's. Throws `onnx-bad-input`. */
function sizesOf(
  { name: input, sizes }: FileValue,
  asked: InputSize | undefined,
  count: number,
): readonly FileSize[] {
  const bad = (problem: string) => new VggError('onnx-bad-input', { input, problem });
  if (!sizes) {
    if (asked && asked.sizes.length > 1) return asked.sizes;
    const example = `${count > 1 ? `${input}=` : ''}1x3x${SIDE}x${SIDE}`;
    throw bad(`has no known number of dimensions: say its size, as in --input ${example}`);
  }
  if (sizes.length === 0) throw bad('is a single number, without a batch');
  if (sizes.includes(0)) throw bad('has a size of 0');
  if (asked?.sizes.length === sizes.length) return asked.sizes;
  if (asked?.sizes.length === sizes.length - 1) return [sizes[0], ...asked.sizes];
  return sizes;
}

function typeOf({ name: input, type }: FileValue): TensorType {
  if (type.holds === 'other') throw new VggError('onnx-bad-input', { input, problem: `is of ${type.name}` });
  return type.holds;
}

function openSize(input: string, sizes: readonly FileSize[], axis: number, several: boolean): VggError {
  const words = sizes.map((size) => size ?? '?').join('×');
  const filled = sizes.map((size, place) =>
    typeof size === 'number'
      ? size
      : place === 0
        ? 1
        : sizes.length > 3 && place > 1
          ? SIDE
          : sizes.length > 3
            ? 3
            : STEPS,
  );
  return new VggError('onnx-open-size', {
    input,
    size: String(sizes[axis] ?? `dimension ${axis}`),
    sizes: words,
    example: `${several ? `${input}=` : ''}${filled.join('x')}`,
  });
}
