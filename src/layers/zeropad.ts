import * as z from 'zod/mini';
import { once } from '../core/once.ts';
import { constantPad, onnxConstantPad } from './shared/constant-pad.ts';
import { defineLayer } from './layer.ts';
import { keepsInput } from './shared/keras-tape.ts';
import { notInKeras, onlyImages } from './shared/keras.ts';
import { marginsOf, paddingOf } from './shared/padding.ts';
import type { Rank } from './shared/window.ts';

/** A border of zeros. Source: torch.nn.ZeroPad1d, ZeroPad2d, ZeroPad3d. */
function zeropad(rank: Rank) {
  const kind = `zeropad${rank}d`;
  const attributes = once(() => z.strictObject(paddingOf(rank)));
  return defineLayer({
    ...constantPad(kind, rank),
    get attributes() {
      return attributes();
    },
    keras({ attributes: { padding } }) {
      onlyImages(kind, rank);
      if (Math.min(...padding) < 0) notInKeras(kind, 'negative padding');
      const { before, after } = marginsOf(padding);
      const sides = before.map((first, axis) => [first, after[axis]!]);
      return [{ class_name: 'ZeroPadding2D', config: { padding: sides }, tape: keepsInput }];
    },
    onnx: (g, call) => onnxConstantPad(g, call, 0),
  });
}

export const zeropad1d = zeropad(1);
export const zeropad2d = zeropad(2);
export const zeropad3d = zeropad(3);
