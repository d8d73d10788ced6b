import { slide } from '../../../layers/shared/window.ts';
import type { Call, Operator, Results } from '../call.ts';
import { isSymmetric, padded, windowOf, type FileWindow } from '../windows.ts';
import type { Computed } from '../value.ts';

const hasKinds = ({ shape }: Computed): boolean => shape.length >= 3 && shape.length <= 5;

/** Less than any float32 in front of the pool changes no maximum. */
const LOWEST = -3.4028234663852886e38;

const given = (call: Call, x: Computed): FileWindow =>
  windowOf(call, x.shape, call.ints('kernel_shape') ?? call.fail('has no kernel_shape'));

/** What our pools allow: the same on both sides, and no more than half of the window. */
const fits = (window: FileWindow): boolean =>
  isSymmetric(window) && window.before.every((side, axis) => 2 * side <= window.kernel[axis]!);

/** A window over the input with a border of its own. */
const bare = (window: FileWindow): FileWindow => ({
  ...window,
  before: window.before.map(() => 0),
  after: window.before.map(() => 0),
});

const attributesOf = ({ kernel, stride, before }: FileWindow, ceil_mode: boolean) => ({
  kernel_size: kernel,
  stride,
  padding: before,
  ceil_mode,
});

const rounding = (call: Call) => (call.int('ceil_mode', 0) === 1 ? 'ceil' : 'floor');

/** A window that sticks out counts differently once a border is a layer of its own. */
const sameCount = (call: Call, x: Computed, window: FileWindow): boolean => {
  const size = x.shape.slice(2);
  const wide = size.map((side, axis) => side + window.before[axis]! + window.after[axis]!);
  return slide(size, window, rounding(call)).join() === slide(wide, bare(window), rounding(call)).join();
};

/** The pool as an operator that is not known: its shape is. */
const notCounted = (call: Call, x: Computed, window: FileWindow): Results =>
  call.unknown([[...x.shape.slice(0, 2), ...slide(x.shape.slice(2), window, rounding(call))]]);

export const maxPool: Operator = (call) => {
  const x = call.computed(0);
  if (!hasKinds(x)) return undefined;
  const window = given(call, x);
  const apart = !fits(window);
  if (apart && !sameCount(call, x, window)) return notCounted(call, x, window);
  const own = apart ? bare(window) : window;
  const attributes = { ...attributesOf(own, rounding(call) === 'ceil'), dilation: window.dilation };
  return call.add(`maxpool${window.rank}d`, attributes, [apart ? padded(call, x, window, LOWEST) : x]);
};

export const averagePool: Operator = (call) => {
  const x = call.computed(0);
  if (!hasKinds(x)) return undefined;
  const window = given(call, x);
  const counts = call.int('count_include_pad', 0) === 1;
  const apart = !fits(window);
  // Ours are not dilated, and a border that is a layer of its own is always counted.
  const exact =
    window.dilation.every((gap) => gap === 1) && (!apart || (counts && sameCount(call, x, window)));
  if (!exact) return notCounted(call, x, window);
  const attributes = attributesOf(apart ? bare(window) : window, rounding(call) === 'ceil');
  return call.add(`avgpool${window.rank}d`, { ...attributes, count_include_pad: counts }, [
    apart ? padded(call, x, window) : x,
  ]);
};

/** Over the whole image. */
export const globalPool =
  (kind: 'avgpool' | 'maxpool'): Operator =>
  (call) => {
    const x = call.computed(0);
    return hasKinds(x)
      ? call.add(`adaptive_${kind}${x.shape.length - 2}d`, { output_size: 1 }, [x])
      : undefined;
  };
