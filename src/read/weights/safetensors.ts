import { VggError } from '../../core/errors/error.ts';
import type { RandomAccess } from '../../core/random-access.ts';
import type { StoredTensor, StoredWeights } from '../../core/stored-tensor.ts';
import { elementBits } from './element-types.ts';

/** Of the header; 300,000 tensors. The format allows 100 MB. */
const LARGEST_HEADER_MIB = 32;
const LENGTH_BYTES = 8;

/** PyTorch's names of the format's types. */
const dtypes: ReadonlyMap<string, string> = new Map([
  ['BOOL', 'bool'],
  ['F4', 'float4_e2m1fn'],
  ['F6_E2M3', 'float6_e2m3'],
  ['F6_E3M2', 'float6_e3m2'],
  ['U8', 'uint8'],
  ['I8', 'int8'],
  ['F8_E5M2', 'float8_e5m2'],
  ['F8_E4M3', 'float8_e4m3fn'],
  ['F8_E8M0', 'float8_e8m0fnu'],
  ['F8_E4M3FNUZ', 'float8_e4m3fnuz'],
  ['F8_E5M2FNUZ', 'float8_e5m2fnuz'],
  ['I16', 'int16'],
  ['U16', 'uint16'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I32', 'int32'],
  ['U32', 'uint32'],
  ['F32', 'float32'],
  ['C64', 'complex64'],
  ['F64', 'float64'],
  ['I64', 'int64'],
  ['U64', 'uint64'],
]);

/**
 * The tensors of a `.safetensors` file, in the order of their places in it; only its header is read. As the format wants
 * it, they fill the rest of the file without holes. Throws `weights-damaged`.
 */
export function readSafetensors(file: RandomAccess): StoredWeights {
  const { header, length } = readHeader(file);
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  const placed = entries
    .map(([name, entry]) => readEntry(name, entry))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let end = 0;
  for (const { tensor, ...place } of placed) {
    if (place.start !== end)
      throw damaged(`${tensor.name} begins at byte ${place.start} of the data, not at ${end}`);
    end = place.end;
  }
  const data = file.size - LENGTH_BYTES - length;
  if (end !== data) throw damaged(`its tensors take ${end} bytes where the file has ${data}`);
  return { format: 'Safetensors', tensors: placed.map(({ tensor }) => tensor) };
}

function readHeader(file: RandomAccess): { header: object; length: number } {
  const start = file.read(0, LENGTH_BYTES);
  if (start.length < LENGTH_BYTES) throw damaged('the file ends within its first eight bytes');
  const length = new DataView(start.buffer, start.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(LARGEST_HEADER_MIB * 2 ** 20))
    throw damaged(`its header is larger than ${LARGEST_HEADER_MIB} MiB`);
  const bytes = file.read(LENGTH_BYTES, Number(length));
  if (bytes.length < length) throw damaged('the file ends within its header');
  const header = parsed(bytes);
  if (!isObject(header)) throw damaged('its header is not an object');
  return { header, length: Number(length) };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged('its header is not JSON');
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

interface Placed {
  readonly tensor: StoredTensor;
  /** In bytes, from the end of the header on. */
  readonly start: number;
  readonly end: number;
}

function readEntry(name: string, entry: unknown): Placed {
  if (!isObject(entry)) throw damaged(`what it says of ${name} is not an object`);
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>;
  const type = typeof dtype === 'string' ? dtypes.get(dtype) : undefined;
  if (type === undefined) throw damaged(`the type of ${name} is ${JSON.stringify(dtype) ?? 'missing'}`);
  if (!Array.isArray(shape) || !shape.every(isCount)) throw damaged(`${name} has no shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw damaged(`${name} has no place in the file`);
  const [start, end] = offsets as [number, number];
  // Beyond 2^53 the product is inexact, but then no file is so large.
  const bytes = (shape.reduce((product, size) => product * size, 1) * elementBits.get(type)!) / 8;
  if (end - start !== bytes)
    throw damaged(`${name} takes ${end - start} bytes where its shape takes ${bytes}`);
  return { tensor: { name, dtype: type, shape, bytes }, start, end };
}

const damaged = (reason: string): VggError =>
  new VggError('weights-damaged', { format: 'Safetensors', reason });
