import type { TensorInfo } from '@tensorflow/tfjs-core';
import { ownKernel, replaceKernel, view, type KernelCall, type Tfjs, type WasmBackend } from './heap.ts';

/** Product of two matrices on the heap, neither transposed: the backend's fast case. */
export type MatMul = (backend: WasmBackend, a: TensorInfo, b: TensorInfo) => TensorInfo;

export function fastMatMul(tf: Tfjs): MatMul {
  const multiply = ownKernel(tf, 'BatchMatMul');
  return (backend, a, b) =>
    multiply({ backend, inputs: { a, b }, attrs: { transposeA: false, transposeB: false } });
}

/** The transpose of a matrix, written in squares that stay in the cache. */
export function transpose(backend: WasmBackend, matrix: TensorInfo): TensorInfo {
  const [rows, columns] = matrix.shape as [number, number];
  const result = backend.makeOutput([columns, rows], 'float32');
  const from = backend.typedArrayFromHeap(matrix);
  const to = backend.typedArrayFromHeap(result);
  const side = 32;
  for (let top = 0; top < rows; top += side) {
    for (let left = 0; left < columns; left += side) {
      const [bottom, right] = [Math.min(top + side, rows), Math.min(left + side, columns)];
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) to[x * rows + y] = from[y * columns + x]!;
      }
    }
  }
  return result;
}

/**
 * Products with transposed operands, which the backend computes a tenth as fast as plain ones: the operand is
 * transposed first, or the whole product where that moves fewer numbers (A·Bᵀ = (B·Aᵀ)ᵀ). Batches of matrices and
 * fused activations are left to the backend.
 */
export function replaceMatMul(tf: Tfjs): void {
  const plain = fastMatMul(tf);
  for (const [name, own] of [
    ['BatchMatMul', ownKernel(tf, 'BatchMatMul')],
    ['_FusedMatMul', ownKernel(tf, '_FusedMatMul')],
  ] as const) {
    replaceKernel(tf, name, (call) => {
      const { a, b } = call.inputs as { a: TensorInfo; b: TensorInfo };
      const { transposeA, transposeB, activation } = call.attrs as {
        transposeA: boolean;
        transposeB: boolean;
        activation?: string;
      };
      const single = [a, b].every(({ shape }) => shape.slice(0, -2).every((size) => size === 1));
      const fused = call.inputs['bias'] !== undefined || (activation ?? 'linear') !== 'linear';
      if (fused || !single || transposeA === transposeB) return own(call);
      const matrices = { a: view(a, a.shape.slice(-2)), b: view(b, b.shape.slice(-2)) };
      const result = transposed(plain, call, matrices, transposeA);
      return { ...result, shape: [...a.shape.slice(0, -2), ...result.shape] };
    });
  }
}

function transposed(
  multiply: MatMul,
  { backend }: KernelCall,
  { a, b }: { a: TensorInfo; b: TensorInfo },
  transposeA: boolean,
): TensorInfo {
  const size = ({ shape }: TensorInfo) => shape[0]! * shape[1]!;
  const [before, other] = transposeA ? [a, b] : [b, a];
  const outRows = transposeA ? a.shape[1]! : a.shape[0]!;
  const outColumns = transposeA ? b.shape[1]! : b.shape[0]!;
  const turned = (matrix: TensorInfo, use: (turned: TensorInfo) => TensorInfo): TensorInfo => {
    const temporary = transpose(backend, matrix);
    const result = use(temporary);
    backend.disposeData(temporary.dataId);
    return result;
  };
  if (size(before) <= size(other) + outRows * outColumns) {
    return turned(before, (t) => (transposeA ? multiply(backend, t, b) : multiply(backend, a, t)));
  }
  const product = turned(other, (t) => (transposeA ? multiply(backend, t, a) : multiply(backend, b, t)));
  const result = transpose(backend, product);
  backend.disposeData(product.dataId);
  return result;
}
