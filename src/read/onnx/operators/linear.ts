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
function product(call: Call): Results {
  const side = (place: number, flag: string) => {
    const x = call.computed(place);
    return call.int(flag, 0) === 1 ? call.add('permute', { dims: [1, 0] }, [x])[0]! : x;
  };
  const [y] = call.add('matmul', {}, [side(0, 'transA'), side(1, 'transB')]);
  return call.inputs[2] ? call.add('add', {}, [y!, call.computed(2)]) : [y];
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
  return call.add('matmul', {}, [call.computed(0), call.computed(1)]);
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
