import { func, nativeModule } from '../python/operate/native.ts';
import { collect } from '../python/operate/protocols.ts';
import { claimElements } from '../python/state.ts';
import type { Value } from '../python/values/object.ts';
import { PyFloat, type PyModule } from '../python/values/values.ts';
import { intOf, isSequence, maybeNumber, numberOf } from './arguments.ts';
import { dtypes, int64, Tensor } from './tensor.ts';
import { computeReduction, computeUnary, scalar } from './values.ts';

const float64 = dtypes.get('float64')!;

function arrayOf(given: Value): Tensor {
  if (given instanceof Tensor) return given;
  if (!isSequence(given)) {
    const number = numberOf(given);
    return scalar(number, given instanceof PyFloat ? float64 : int64);
  }
  const items = collect(given);
  const dtype = items.some((one) => one instanceof PyFloat) ? float64 : int64;
  return new Tensor([items.length], { dtype, values: items.map((one) => maybeNumber(one) ?? NaN) });
}

/** The little of numpy by which depths, widths and rates are computed. */
export function numpy(): PyModule {
  const reduction = (name: string, called = name) =>
    func(called, 'a axis?', (a) => {
      const x = arrayOf(a);
      return computeReduction(
        name,
        x,
        x.shape.map((_, axis) => axis),
        false,
      );
    });
  const unary = (name: string) => func(name, 'x', (x) => computeUnary(name, arrayOf(x)));
  const functions = [
    func('linspace', 'start stop num?', (start, stop, num = 50) => {
      const [from, to, count] = [numberOf(start), numberOf(stop), intOf(num)];
      claimElements(count);
      const step = count > 1 ? (to - from) / (count - 1) : 0;
      const values = Array.from({ length: count }, (_, i) =>
        i === count - 1 && count > 1 ? to : from + i * step,
      );
      return new Tensor([count], { dtype: float64, values });
    }),
    func('arange', 'start stop? step?', (start, stop, step) => {
      const [from, to] = stop === undefined ? [0, numberOf(start)] : [numberOf(start), numberOf(stop)];
      const by = step === undefined ? 1 : numberOf(step);
      const count = Math.max(0, Math.ceil((to - from) / by));
      claimElements(count);
      const dtype = [start, stop, step].some((one) => one instanceof PyFloat) ? float64 : int64;
      return new Tensor([count], { dtype, values: Array.from({ length: count }, (_, i) => from + i * by) });
    }),
    func('array', 'object dtype?', arrayOf),
    func('asarray', 'object dtype?', arrayOf),
    ...['sum', 'mean', 'prod'].map((name) => reduction(name)),
    reduction('amax', 'max'),
    reduction('amin', 'min'),
    ...['sqrt', 'exp', 'log', 'log2', 'floor', 'ceil', 'abs', 'sign', 'round', 'sin', 'cos'].map(unary),
  ];
  return nativeModule('numpy', [
    ...functions.map((one) => [one.name, one] as const),
    ['pi', new PyFloat(Math.PI)],
    ['inf', new PyFloat(Infinity)],
    ['ndarray', new Tensor([0]).cls],
  ]);
}
