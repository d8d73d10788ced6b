import * as z from 'zod/mini';
import { once } from '../core/once.ts';
import { constantPad, onnxConstantPad } from './shared/constant-pad.ts';
import { defineLayer } from './layer.ts';
import { paddingOf } from './shared/padding.ts';
import type { Rank } from './shared/window.ts';

/** A border of one number. Source: torch.nn.ConstantPad1d, ConstantPad2d, ConstantPad3d. */
function constantpad(rank: Rank) {
  const attributes = once(() => z.strictObject({ ...paddingOf(rank), value: z.number() }));
  return defineLayer({
    ...constantPad(`constantpad${rank}d`, rank),
    get attributes() {
      return attributes();
    },
    onnx: (g, call) => onnxConstantPad(g, call, call.attributes.value),
  });
}

export const constantpad1d = constantpad(1);
export const constantpad2d = constantpad(2);
export const constantpad3d = constantpad(3);
