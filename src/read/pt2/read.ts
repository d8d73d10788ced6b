import { VggError } from '../../core/errors/error.ts';
import type { InputSize } from '../../core/options/values.ts';
import type { RandomAccess } from '../../core/random-access.ts';
import { inputReference, type Graph, type GraphInput } from '../../graph/graph.ts';
import { resolve } from '../../graph/resolve.ts';
import { forAnyBatch } from '../onnx/merge.ts';
import { openArchive } from '../zip/archive.ts';
import { damaged, objectOf, type Json } from './json.ts';
import { programOf, type Size } from './program.ts';
import { translate, typeOf, type Named, type Translated } from './translation.ts';

/** The schema of torch 2.13; what only its minor version changes is read as well. */
const MAJOR = 8;
/** A program of 100,000 nodes is no larger. */
const LARGEST_MIB = 128;
/** Batches at which an open one is tried; 1 is special in too many shapes. */
const TRIED = [2, 3] as const;

interface Asked {
  readonly input?: readonly InputSize[] | undefined;
  readonly batch?: number | undefined;
}

/**
 * The network of an archive that `torch.export.save` wrote, of which one entry is read and no weight. Throws
 * `zip-damaged`, `pt2-damaged`, `pt2-version`, `pt2-unknown-operator`, `pt2-bad-node` and `pt2-input`.
 */
export function readPt2(file: RandomAccess, name: string, asked: Asked = {}): Graph {
  const root = modelOf(file);
  checkVersion(root);
  const program = programOf(root);
  const users = program.inputs.filter(({ role }) => role === 'user');
  const sizes = users.map((input) => {
    const meta = program.tensors.get(input.name);
    if (!meta) throw damaged(`${input.name} has no shape`);
    return { name: input.name, called: users.length === 1 ? 'input' : callable(input.name), meta };
  });
  const [main] = sizes;
  if (!main) throw damaged('nothing goes into it');
  const [batch] = main.meta.sizes;
  if (batch === undefined)
    throw new VggError('pt2-input', { input: main.name, problem: 'is a single number' });
  const open = typeof batch === 'number' ? undefined : batch.symbol;
  const wanted = asked.batch ?? batchIn(asked.input, main.meta.sizes.length);
  const own = typeof batch === 'number' ? batch : (batch.hint ?? 1);
  const most = open === undefined ? undefined : program.largest.get(open);
  if (wanted !== undefined && most !== undefined && wanted > most) {
    const problem = `was exported for a batch of at most ${most}, not of ${wanted}`;
    throw new VggError('pt2-input', { input: main.called, problem });
  }
  const symbols = symbolsOf(sizes.map(({ meta }) => meta.sizes));
  const at = (count: number): Translated => {
    const numbers = new Map(symbols);
    if (open !== undefined) numbers.set(open, count);
    const inputs = sizes.map(({ name: one, called, meta }): Named => {
      return { name: one, called, shape: meta.sizes.map((size) => sized(size, numbers, one)) };
    });
    return translate(program, inputs, numbers);
  };
  const inputs = sizes.map(({ name: one, called, meta }): GraphInput => {
    const shape = meta.sizes.slice(1).map((size) => sized(size, symbols, one));
    return { name: called, shape, type: typeOf(meta).floats ? 'float' : 'int64' };
  });
  checkSizes(inputs, asked.input ?? []);
  const about = { name, source: 'pt2', inputs: [inputs[0]!, ...inputs.slice(1)] as const };
  const merged = open === undefined ? undefined : anyBatch(at, inputs[0]!);
  const graph: Graph = merged
    ? { ...about, ...merged, ...(wanted === undefined && own !== 1 && { batch: own }) }
    : {
        ...about,
        ...at(open === undefined ? own : (wanted ?? own)),
        batch: open === undefined ? own : (wanted ?? own),
      };
  if (open === undefined) checkBatch(graph, own, wanted);
  return graph;
}

function anyBatch(at: (batch: number) => Translated, main: GraphInput): Translated | undefined {
  const [some, others] = [at(TRIED[0]), at(TRIED[1])];
  const nodes = forAnyBatch(some.nodes, others.nodes, TRIED, inputReference(main));
  return nodes && { ...some, nodes };
}

/** A program is of the sizes that it was exported for. Throws `pt2-input` where others are asked for. */
function checkSizes(inputs: readonly GraphInput[], asked: readonly InputSize[]): void {
  for (const [i, { sizes, name }] of asked.entries()) {
    const input = name === undefined ? inputs[i] : inputs.find((one) => one.name === name);
    // What names no input is refused where the graph meets its inputs.
    if (!input) continue;
    const own = sizes.length === input.shape.length ? sizes : sizes.slice(1);
    if (own.length === input.shape.length && own.every((size, axis) => size === input.shape[axis])) continue;
    const problem = `was exported with the sizes ${input.shape.join('×')} behind the batch, not for ${sizes.join('×')}`;
    throw new VggError('pt2-input', { input: input.name, problem });
  }
}

/** Throws `pt2-input` where the batch of the export is in its sizes and another is asked for. */
function checkBatch(graph: Graph, own: number, wanted: number | undefined): void {
  if (wanted === undefined || wanted === own) return;
  const [main, ...others] = graph.inputs.map(({ shape }) => [wanted, ...shape]);
  try {
    resolve(graph, main!, ...others);
  } catch (error) {
    if (!(error instanceof VggError)) throw error;
    const problem = `was exported with a batch of ${own}, and the program does not run with ${wanted}`;
    throw new VggError('pt2-input', { input: graph.inputs[0].name, problem });
  }
}

function modelOf(file: RandomAccess): Json {
  const archive = openArchive(file);
  const names = [...archive.entries.keys()];
  const entry =
    names.find((one) => /^[^/]+\/models\/model\.json$/.test(one)) ??
    names.find((one) => one === 'serialized_exported_program.json');
  if (entry === undefined) throw damaged('the archive has no models/model.json');
  const text = new TextDecoder().decode(archive.read(entry, LARGEST_MIB));
  try {
    return objectOf(JSON.parse(text), 'its model.json');
  } catch (error) {
    throw error instanceof VggError ? error : damaged(`${entry} is not JSON`);
  }
}

function checkVersion(root: Json): void {
  const major = objectOf(root.get('schema_version'), 'schema_version').get('major');
  if (major !== MAJOR) throw new VggError('pt2-version', { version: String(major), known: `${MAJOR}` });
}

/** The numbers that symbols had when the program was exported. */
function symbolsOf(shapes: readonly (readonly Size[])[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const size of shapes.flat()) {
    if (typeof size !== 'number' && size.hint !== undefined) found.set(size.symbol, size.hint);
  }
  return found;
}

function sized(size: Size, symbols: ReadonlyMap<string, number>, input: string): number {
  const number = typeof size === 'number' ? size : symbols.get(size.symbol);
  if (number === undefined)
    throw new VggError('pt2-input', { input, problem: 'has a size that the file does not say' });
  return number;
}

const batchIn = (input: readonly InputSize[] | undefined, rank: number): number | undefined =>
  input?.[0]?.sizes.length === rank ? input[0].sizes[0] : undefined;

const callable = (name: string): string => name.replace(/[^\w.-]+/g, '_').slice(0, 100) || 'input';
