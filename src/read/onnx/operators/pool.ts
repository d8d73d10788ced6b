import { VggError } from '../../../core/errors/error.ts';
import { slide } from '../../../layers/shared/window.ts';
import type { Call, Operator } from '../call.ts';
import type { Results } from '../host.ts';
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

/** How a pool of ours is to be applied so that it does what the file says. */
interface Fitted {
  readonly window: FileWindow;
  readonly ceil_mode: boolean;
  /** A border that is a layer of its own. */
  readonly border: boolean;
}

const isCeil = (call: Call): boolean => call.int('ceil_mode', 0) === 1;

/** How many windows there are along each axis; undefined where none fits. */
function counts(size: readonly number[], window: FileWindow, ceil: boolean): readonly number[] | undefined {
  try {
    return slide(size, window, ceil ? 'ceil' : 'floor');
  } catch (error) {
    if (error instanceof VggError) return undefined;
    throw error;
  }
}

const sizeOf = ({ shape }: Computed): readonly number[] => shape.slice(2);

const asFile = (call: Call, x: Computed, window: FileWindow) =>
  slide(sizeOf(x), window, isCeil(call) ? 'ceil' : 'floor');

/** The same windows where the last one sticks out: what is behind the image is then in no mean and is no maximum. */
function sticksOut(call: Call, x: Computed, window: FileWindow): Fitted | undefined {
  const own = { ...window, after: window.before };
  const same = fits(own) && counts(sizeOf(x), own, true)?.join() === asFile(call, x, window).join();
  return same ? { window: own, ceil_mode: true, border: false } : undefined;
}

/** The windows over a border that is there already, unless one that sticks out would then count differently. */
function afterBorder(call: Call, x: Computed, window: FileWindow): Fitted | undefined {
  const wide = sizeOf(x).map((side, axis) => side + window.before[axis]! + window.after[axis]!);
  const ceil_mode = isCeil(call);
  const same = counts(wide, bare(window), ceil_mode)?.join() === asFile(call, x, window).join();
  return same ? { window: bare(window), ceil_mode, border: true } : undefined;
}

const asItIs = (call: Call, window: FileWindow): Fitted | undefined =>
  fits(window) ? { window, ceil_mode: isCeil(call), border: false } : undefined;

const attributesOf = ({ window: { kernel, stride, before }, ceil_mode }: Fitted) => ({
  kernel_size: kernel,
  stride,
  padding: before,
  ceil_mode,
});

/** One window over the whole image, whose border is in no mean. */
function seesAll(call: Call, x: Computed, window: FileWindow): boolean {
  const { kernel, dilation, before } = window;
  const single = asFile(call, x, window).every((count) => count === 1);
  return (
    single &&
    sizeOf(x).every(
      (side, axis) => dilation[axis] === 1 && before[axis]! >= 0 && kernel[axis]! - before[axis]! >= side,
    )
  );
}

/** The pool as an operator that is not known: its shape is. */
const notCounted = (call: Call, x: Computed, window: FileWindow): Results =>
  call.unknown([[...x.shape.slice(0, 2), ...asFile(call, x, window)]]);

export const maxPool: Operator = (call) => {
  const x = call.computed(0);
  if (!hasKinds(x)) return undefined;
  const window = given(call, x);
  const fitted = asItIs(call, window) ?? sticksOut(call, x, window) ?? afterBorder(call, x, window);
  if (!fitted) return notCounted(call, x, window);
  const attributes = { ...attributesOf(fitted), dilation: window.dilation };
  return call.add(`maxpool${window.rank}d`, attributes, [
    fitted.border ? padded(call, x, window, LOWEST) : x,
  ]);
};

export const averagePool: Operator = (call) => {
  const x = call.computed(0);
  if (!hasKinds(x)) return undefined;
  const window = given(call, x);
  const count_include_pad = call.int('count_include_pad', 0) === 1;
  // A border that is a layer of its own is always counted.
  const apart = count_include_pad ? afterBorder : sticksOut;
  const fitted = asItIs(call, window) ?? apart(call, x, window);
  if (!fitted && !count_include_pad && seesAll(call, x, window)) return globalPool('avgpool')(call);
  if (!fitted || window.dilation.some((gap) => gap > 1)) return notCounted(call, x, window);
  return call.add(`avgpool${window.rank}d`, { ...attributesOf(fitted), count_include_pad }, [
    fitted.border ? padded(call, x, window) : x,
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
