import type { WireReader } from './wire.ts';

/** What the elements of an ONNX tensor are. Source: TensorProto.DataType, onnx.proto. */
export interface DataType {
  readonly name: string;
  readonly holds: 'float' | 'int64' | 'bool' | 'other';
  readonly bits: number;
  /** One element of the little-endian bytes. */
  readonly read?: (view: DataView, offset: number) => number;
  /** One element from the integer as which lists have its bits. */
  readonly fromInteger?: (bits: number) => number;
}

const type = (
  name: string,
  holds: DataType['holds'],
  bits: number,
  read?: DataType['read'],
  fromInteger?: DataType['fromInteger'],
): DataType => ({ name, holds, bits, ...(read && { read }), ...(fromInteger && { fromInteger }) });

const types: ReadonlyMap<number, DataType> = new Map([
  [1, type('float32', 'float', 32, (view, at) => view.getFloat32(at, true))],
  [2, type('uint8', 'int64', 8, (view, at) => view.getUint8(at))],
  [3, type('int8', 'int64', 8, (view, at) => view.getInt8(at))],
  [4, type('uint16', 'int64', 16, (view, at) => view.getUint16(at, true))],
  [5, type('int16', 'int64', 16, (view, at) => view.getInt16(at, true))],
  [6, type('int32', 'int64', 32, (view, at) => view.getInt32(at, true))],
  [7, type('int64', 'int64', 64, (view, at) => Number(view.getBigInt64(at, true)))],
  [8, type('string', 'other', 0)],
  [9, type('bool', 'bool', 8, (view, at) => view.getUint8(at))],
  [10, type('float16', 'float', 16, (view, at) => half(view.getUint16(at, true)), half)],
  [11, type('float64', 'float', 64, (view, at) => view.getFloat64(at, true))],
  [12, type('uint32', 'int64', 32, (view, at) => view.getUint32(at, true))],
  [13, type('uint64', 'int64', 64, (view, at) => Number(view.getBigUint64(at, true)))],
  [16, type('bfloat16', 'float', 16, (view, at) => brainFloat(view.getUint16(at, true)), brainFloat)],
  [17, type('float8e4m3fn', 'float', 8)],
  [18, type('float8e4m3fnuz', 'float', 8)],
  [19, type('float8e5m2', 'float', 8)],
  [20, type('float8e5m2fnuz', 'float', 8)],
  [21, type('uint4', 'int64', 4)],
  [22, type('int4', 'int64', 4)],
  [23, type('float4e2m1', 'float', 4)],
]);

/** A number that no version of ONNX has is of nothing that can be computed with. */
export const dataType = (number: number): DataType => types.get(number) ?? type(`type ${number}`, 'other', 0);

/** No tensor has more. */
export const MOST_DIMENSIONS = 64;

/** Shape arithmetic has lists of sizes, and some tables; more elements than this are weights. */
export const MOST_INTEGERS = 2 ** 16;
/** Floats that an operator's result depends on: limits, scales. */
const MOST_FLOATS = 64;

/** Whether a tensor of that many elements is read at all. */
export const isSmall = ({ holds }: DataType, count: number): boolean =>
  holds === 'other' ? false : count <= (holds === 'float' ? MOST_FLOATS : MOST_INTEGERS);

/** Numbers from little-endian bytes, undefined for types of parts of bytes. */
export function fromRaw(wire: WireReader, start: number, { bits, read }: DataType, count: number) {
  if (!read) return undefined;
  const { buffer, byteOffset, length } = wire.bytes(start, (bits / 8) * count);
  const view = new DataView(buffer, byteOffset, length);
  return Float64Array.from({ length: count }, (_, i) => read(view, (bits / 8) * i));
}

/** IEEE 754 half precision. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** The upper half of a float32. */
function brainFloat(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(2, bits, true);
  return view.getFloat32(0, true);
}
