import type { Shape } from '../../../core/shape.ts';
import { layerKinds } from '../../../layers/registry.ts';
import { commonShape } from '../arrays.ts';
import type { Call, Operator } from '../call.ts';
import type { Results } from '../host.ts';
import { isFormula, type Computed, type Constant } from '../value.ts';

/** A·B + C. */
export const gemm: Operator = (call) => {
  const [b, c] = [call.constant(1), call.constant(2)];
  if (!b || (call.inputs[2] && !c) || call.input(0).constant) return product(call);
  const given = call.computed(0);
  const x = call.int('transA', 0) === 1 ? call.add('permute', { dims: [1, 0] }, [given])[0]! : given;
  if (x.shape.length !== 2 || b.shape.length !== 2) return call.fail('takes matrices');
  const [rows, columns] = call.int('transB', 0) === 1 ? b.shape.toReversed() : b.shape;
  if (rows !== x.shape[1]) call.fail(`has weights for ${rows} features, and ${x.shape[1]} come in`);
  // A bias of one number, or one for each row, is added apart.
  const bias =
    c && c.shape.at(-1) === columns && c.shape.slice(0, -1).every((size) => size === 1) ? c : undefined;
  const own = bias && !call.isSharedApart(b) ? bias : undefined;
  return rest(call, linear(call, x, b, columns!, own), own ? undefined : c);
};

/** Two matrices of which the second is computed. */
function product(call: Call): Results | undefined {
  const [a, b] = [call.computed(0), call.computed(1)];
  const turned = ({ shape }: Computed, flag: string) =>
    call.int(flag, 0) === 1 ? shape.toReversed() : shape;
  const shape = [turned(a, 'transA')[0], turned(b, 'transB')[1]];
  return shape.includes(undefined) ? undefined : call.unknown([shape as Shape]);
}

function linear(
  call: Call,
  x: Computed,
  weight: Constant,
  features: number,
  bias: Constant | undefined,
): Computed {
  const attributes = { out_features: features, bias: bias !== undefined };
  return call.add('linear', attributes, [x], { weight, bias })[0]!;
}

function rest(call: Call, y: Computed, constant: Constant | undefined): Results {
  return constant ? call.add('add', {}, [y, call.asComputed(constant)]) : [y];
}

export const matmul: Operator = (call) => {
  const b = call.constant(1);
  if (b?.shape.length === 2 && !call.input(0).constant) {
    const x = call.computed(0);
    const [rows, columns] = b.shape;
    if (rows !== x.shape.at(-1)) call.fail(`has weights for ${rows} features, and ${x.shape.at(-1)} come in`);
    const bias = addedAfter(call, columns!);
    const y = linear(call, x, b, columns!, bias?.constant);
    if (bias) call.absorb(bias.node, y);
    return [y];
  }
  const [x, y] = [call.computed(0), call.computed(1)];
  const shape = productShape(x.shape, y.shape);
  if (!shape) return call.fail(`cannot multiply ${x.shape.join('×')} by ${y.shape.join('×')}`);
  return layerKinds.has('matmul') ? call.add('matmul', {}, [x, y]) : call.unknown([shape]);
};

/** The constant that alone is added to a product, one number for each feature: a bias. */
function addedAfter(call: Call, features: number) {
  const node = call.onlyReader();
  if (node?.operator !== 'Add' || node.domain !== '' || call.constant(1) === undefined) return undefined;
  const [name] = call.node.outputs;
  const other = node.inputs.find((input) => input !== name);
  const constant = other === undefined ? undefined : call.valueOf(other);
  if (!constant?.constant || constant.holds !== 'float' || isFormula(constant)) return undefined;
  if (constant.shape.length !== 1 || constant.shape[0] !== features) return undefined;
  return call.isCounted(call.constant(1)!) ? undefined : { node, constant };
}

/** As NumPy multiplies: a missing axis is added, and all but the last two are stretched. */
function productShape(a: Shape, b: Shape): Shape | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const around = commonShape([left.slice(0, -2), right.slice(0, -2)]);
  if (!around || left.at(-1) !== right.at(-2)) return undefined;
  return [...around, ...(a.length === 1 ? [] : [left.at(-2)!]), ...(b.length === 1 ? [] : [right.at(-1)!])];
}

/** The axes of the result by their letters; the work is not counted. */
export const einsum: Operator = (call) => {
  const [left = '', right] = call.text('equation', '').replaceAll(' ', '').split('->');
  const terms = left.split(',');
  if (right === undefined || /\./.test(left) || terms.length !== call.inputs.length) return undefined;
  const sizes = new Map<string, number>();
  for (const [i, term] of terms.entries()) {
    const { shape } = call.input(i);
    if (shape.length !== term.length) call.fail(`reads ${shape.join('×')} as ${term}`);
    for (const [axis, letter] of [...term].entries()) sizes.set(letter, shape[axis]!);
  }
  const shape = [...right].map((letter) => sizes.get(letter));
  return shape.includes(undefined) ? undefined : call.unknown([shape as Shape]);
};
