import type { Call, Operator } from '../call.ts';
import type { Value } from '../value.ts';

/** What an operator of quantized tensors is on the numbers that they stand for: `places` are its inputs among others. */
export const quantized =
  (operator: Operator, ...places: readonly number[]): Operator =>
  (call) =>
    operator(call.reading(...places));

/** Scaled and rounded, or back: one operation an element. */
export const rescaled: Operator = (call) =>
  call.add('arithmetic', { operator: call.node.operator }, [call.computed(0)]);

/** The scale is found in the tensor itself. */
export const rescaledByItself: Operator = (call) => {
  const x = call.computed(0);
  const [y] = call.add('arithmetic', { operator: call.node.operator }, [x]);
  const [scale] = call.reading(0).moved([], 'float');
  return [y, scale, scale];
};

/** Scale and zero point of the result come first, and each part has its own behind it. */
export const quantizedConcat =
  (operator: Operator): Operator =>
  (call: Call) => {
    const parts = call.inputs.flatMap((value: Value | undefined, place) =>
      value && place >= 2 && place % 3 === 2 ? [place] : [],
    );
    return operator(call.reading(...parts));
  };
