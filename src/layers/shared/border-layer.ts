import * as z from 'zod/mini';
import { once } from '../../core/once.ts';
import { executeBorder, onnxBorder, withBorder, type Border, type BorderMode } from './border.ts';
import { defineLayer } from '../layer.ts';
import { marginsOf, paddingOf } from './padding.ts';
import { spatial } from './spatial.ts';
import type { Rank } from './window.ts';

/** A kind that lays a border around images which continues them. */
export function borderLayer(kind: string, rank: Rank, mode: BorderMode) {
  const borderOf = (padding: readonly number[]): Border => ({ mode, ...marginsOf(padding) });
  const attributes = once(() => z.strictObject(paddingOf(rank)));
  return defineLayer({
    kind,
    family: 'resize',
    stem: 'pad',
    get attributes() {
      return attributes();
    },
    shape({ attributes: { padding }, inputs }) {
      const [n, c, size] = spatial(inputs[0], kind, rank);
      return [n, c, ...withBorder(borderOf(padding), size)];
    },
    onnx: (g, { attributes: { padding }, inputs: [x] }) => onnxBorder(g, x, borderOf(padding)),
    execute: (operators, { attributes: { padding }, inputs: [x] }) =>
      executeBorder(operators, x, borderOf(padding)),
  });
}
