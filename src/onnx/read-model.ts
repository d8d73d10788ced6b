import { VggError } from '../core/errors/error.ts';
import { elements } from '../core/arithmetic.ts';
import type { RandomAccess } from '../core/random-access.ts';
import type {
  FileAttribute,
  FileGraph,
  FileModel,
  FileNode,
  FileSize,
  FileTensor,
  FileValue,
} from './file.ts';
import { dataType, fromRaw, isSmall, MOST_DIMENSIONS, MOST_INTEGERS, type DataType } from './tensor-data.ts';
import { WireReader, WireType, type Range } from './wire.ts';

/** Nodes, tensors, names and numbers of one file; far more than any network has, few enough to hold. */
const MOST_THINGS = 4_000_000;
/** Longer texts of attributes are data. */
const LONGEST_WORD = 4096;
const FLOAT32 = dataType(1);
const FLOAT64 = dataType(11);
/** 2^31 − 1, as for the attributes of layers. */
const MOST = 2 ** 31 - 1;

/**
 * What an ONNX file says of its network. Weights are passed over: their names, types and shapes are read, and the values
 * of small tensors alone. Fields are numbered as in onnx.proto. Throws `onnx-damaged` and `onnx-empty`.
 */
export function readModel(file: RandomAccess): FileModel {
  return new ModelReader(new WireReader(file)).model();
}

/** What reads the fields of a message: those of bytes are handed where these lie, numbers are read from there on. */
interface Fields {
  readonly bytes?: Readonly<Record<number, (range: Range) => void>>;
  readonly numbers?: Readonly<Record<number, () => void>>;
}

class ModelReader {
  readonly #wire: WireReader;
  #things = 0;

  constructor(wire: WireReader) {
    this.#wire = wire;
  }

  model(): FileModel {
    let opset = 0;
    let graph: Range | undefined;
    this.#message(
      { start: 0, end: this.#wire.size },
      {
        bytes: {
          7: (range) => void (graph = range),
          8: (range) => {
            const { domain, version } = this.#operators(range);
            if (domain === '') opset = version;
          },
        },
      },
    );
    if (!graph) throw new VggError('onnx-empty', {});
    return { opset, graph: this.#graph(graph), inner: (range) => this.#graph(range) };
  }

  #operators(message: Range): { domain: string; version: number } {
    const found = { domain: '', version: 0 };
    this.#message(message, {
      bytes: { 1: (range) => void (found.domain = this.#domain(range)) },
      numbers: { 2: () => void (found.version = this.#wire.integer()) },
    });
    return found;
  }

  /** `ai.onnx` is another way to write the domain of ONNX's own operators. */
  #domain(range: Range): string {
    const domain = this.#wire.text(range);
    return domain === 'ai.onnx' ? '' : domain;
  }

  #graph(message: Range): FileGraph {
    const nodes: FileNode[] = [];
    const initializers: FileTensor[] = [];
    const inputs: FileValue[] = [];
    const outputs: FileValue[] = [];
    const stated = new Map<string, FileValue>();
    this.#message(message, {
      bytes: {
        1: (range) => void nodes.push(this.#node(range)),
        5: (range) => void initializers.push(this.#tensor(range)),
        11: (range) => void inputs.push(this.#value(range)),
        12: (range) => void outputs.push(this.#value(range)),
        13: (range) => {
          const value = this.#value(range);
          stated.set(value.name, value);
        },
        15: (range) => void initializers.push(this.#sparse(range)),
      },
    });
    for (const value of outputs) if (!stated.has(value.name)) stated.set(value.name, value);
    return { nodes, initializers, inputs, outputs, stated };
  }

  #node(message: Range): FileNode {
    const wire = this.#wire;
    const inputs: string[] = [];
    const outputs: string[] = [];
    const attributes = new Map<string, FileAttribute>();
    let [name, operator, domain] = ['', '', ''];
    this.#message(message, {
      bytes: {
        1: (range) => void inputs.push(wire.text(range)),
        2: (range) => void outputs.push(wire.text(range)),
        3: (range) => void (name = wire.text(range)),
        4: (range) => void (operator = wire.text(range)),
        5: (range) => void attributes.set(...this.#attribute(range)),
        7: (range) => void (domain = this.#domain(range)),
      },
    });
    return { name, operator, domain, inputs, outputs, attributes };
  }

  #attribute(message: Range): [string, FileAttribute] {
    const wire = this.#wire;
    let name = '';
    const found: { -readonly [field in keyof FileAttribute]: FileAttribute[field] } = {};
    const ints: number[] = [];
    const floats: number[] = [];
    const texts: string[] = [];
    this.#message(message, {
      bytes: {
        1: (range) => void (name = wire.text(range)),
        // Longer ones are data of operators that are not known here.
        4: (range) => void (range.end - range.start <= LONGEST_WORD && (found.text = wire.text(range))),
        5: (range) => void (found.tensor = this.#tensor(range)),
        6: (range) => void (found.graph = range),
        7: (range) => this.#packedFloats(range, floats),
        8: (range) => this.#packedIntegers(range, ints),
        9: (range) => void (range.end - range.start <= LONGEST_WORD && texts.push(wire.text(range))),
      },
      numbers: {
        2: () => void (found.float = wire.float(message.end)),
        3: () => void (found.int = wire.integer()),
        7: () => void floats.push(wire.float(message.end)),
        8: () => void ints.push(wire.integer()),
      },
    });
    if (ints.length > 0) found.ints = ints;
    if (floats.length > 0) found.floats = floats;
    if (texts.length > 0) found.texts = texts;
    return [name, found];
  }

  #packedIntegers({ end }: Range, into: number[]): void {
    while (this.#wire.position < end) {
      this.#count();
      into.push(this.#wire.signed());
    }
  }

  #packedFloats({ start, end }: Range, into: number[]): void {
    const count = Math.floor((end - start) / 4);
    this.#count(count);
    for (const value of fromRaw(this.#wire, start, FLOAT32, count) ?? []) into.push(value);
  }

  #tensor(message: Range): FileTensor {
    const wire = this.#wire;
    const sizes: number[] = [];
    let [name, number, elsewhere] = ['', 0, false];
    let raw: Range | undefined;
    const lists = new Map<number, Range>();
    const loose: number[] = [];
    const list = (field: number) => (range: Range) => void lists.set(field, range);
    const one = (read: () => number) => () => {
      const value = read();
      if (loose.length <= MOST_INTEGERS) loose.push(value);
    };
    this.#message(message, {
      bytes: {
        1: (range) => this.#packedIntegers(range, sizes),
        4: list(4),
        5: list(5),
        7: list(7),
        8: (range) => void (name = wire.text(range)),
        9: (range) => void (raw = range),
        10: list(10),
        11: list(11),
      },
      numbers: {
        1: () => void sizes.push(wire.integer()),
        2: () => void (number = wire.integer()),
        4: one(() => wire.float(message.end)),
        5: one(() => wire.integer()),
        7: one(() => wire.integer()),
        11: one(() => wire.integer()),
        14: () => void (elsewhere = wire.integer() === 1),
      },
    });
    const type = dataType(number);
    const shape = this.#shape(sizes);
    const count = elements(shape);
    if (elsewhere || !isSmall(type, count)) return { name, type, shape };
    const values = raw ? this.#raw(raw, type, count) : this.#listed(lists, loose, type, count);
    return { name, type, shape, ...(values && { values }) };
  }

  #raw({ start, end }: Range, type: DataType, count: number): Float64Array | undefined {
    return end - start === (type.bits / 8) * count ? fromRaw(this.#wire, start, type, count) : undefined;
  }

  /** Numbers from the list of their type; halves are there as the bits of integers. */
  #listed(
    lists: ReadonlyMap<number, Range>,
    loose: readonly number[],
    type: DataType,
    count: number,
  ): Float64Array | undefined {
    const floats = lists.get(4);
    const doubles = lists.get(10);
    if (floats) return this.#raw(floats, FLOAT32, count);
    if (doubles) return this.#raw(doubles, FLOAT64, count);
    const integers = lists.get(5) ?? lists.get(7) ?? lists.get(11);
    const found = [...loose];
    if (integers) {
      this.#wire.position = integers.start;
      while (this.#wire.position < integers.end && found.length <= count) found.push(this.#wire.signed());
    }
    if (found.length !== count) return undefined;
    return Float64Array.from(found, (value) => type.fromInteger?.(value) ?? value);
  }

  /** The values of a sparse tensor and where they belong; the shape is that of the whole. */
  #sparse(message: Range): FileTensor {
    const sizes: number[] = [];
    let values: FileTensor | undefined;
    this.#message(message, {
      bytes: {
        1: (range) => void (values = this.#tensor(range)),
        3: (range) => this.#packedIntegers(range, sizes),
      },
      numbers: { 3: () => void sizes.push(this.#wire.integer()) },
    });
    const { name = '', type = dataType(0) } = values ?? {};
    return { name, type, shape: this.#shape(sizes) };
  }

  #shape(sizes: readonly number[]): readonly number[] {
    if (sizes.length > MOST_DIMENSIONS) this.#wire.fail(`a tensor has ${sizes.length} dimensions`);
    const wrong = sizes.find((size) => size < 0 || size > MOST);
    if (wrong !== undefined) this.#wire.fail(`a tensor has a size of ${wrong}`);
    return sizes;
  }

  #value(message: Range): FileValue {
    const wire = this.#wire;
    let [name, number] = ['', 0];
    let sizes: readonly FileSize[] | undefined;
    const tensor = (range: Range) =>
      this.#message(range, {
        bytes: { 2: (shape) => void (sizes = this.#sizes(shape)) },
        numbers: { 1: () => void (number = wire.integer()) },
      });
    this.#message(message, {
      bytes: {
        1: (range) => void (name = wire.text(range)),
        2: (range) => this.#message(range, { bytes: { 1: tensor } }),
      },
    });
    return { name, type: dataType(number), sizes };
  }

  #sizes(message: Range): readonly FileSize[] {
    const sizes: FileSize[] = [];
    this.#message(message, { bytes: { 1: (range) => void sizes.push(this.#size(range)) } });
    if (sizes.length > MOST_DIMENSIONS) this.#wire.fail(`a tensor has ${sizes.length} dimensions`);
    return sizes;
  }

  /** Sizes below 0 are how some write an open one. */
  #size(message: Range): FileSize {
    let size: FileSize;
    this.#message(message, {
      bytes: { 2: (range) => void (size = this.#wire.text(range) || undefined) },
      numbers: { 1: () => void (size = this.#wire.integer()) },
    });
    return typeof size === 'number' && (size < 0 || size > MOST) ? undefined : size;
  }

  /** A field of bytes where a number belongs is passed over like an unknown one, as protocol buffers do. */
  #message({ start, end }: Range, { bytes = {}, numbers = {} }: Fields): void {
    const wire = this.#wire;
    wire.position = start;
    for (let field = wire.next(end); field; field = wire.next(end)) {
      this.#count();
      if (wire.wireType === WireType.bytes) {
        const range = wire.range(end);
        bytes[field]?.(range);
        wire.position = range.end;
      } else {
        const read = numbers[field];
        if (read) read();
        else wire.skip(end);
      }
    }
  }

  /** So many fields, and numbers in lists, that a file is no network. */
  #count(more = 1): void {
    this.#things += more;
    if (this.#things > MOST_THINGS) this.#wire.fail(`it has more than ${MOST_THINGS} parts`);
  }
}
