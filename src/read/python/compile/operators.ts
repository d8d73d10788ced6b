import type { BinaryOperator, CompareOperator, Expression } from '../ast.ts';
import { binary, unary } from '../operate/binary.ts';
import { compare } from '../operate/compare.ts';
import { truth } from '../operate/protocols.ts';
import type { Value } from '../values/object.ts';
import type { Scope } from './scope.ts';
import type { Evaluate, Unit } from './unit.ts';

type Of<T extends Expression['type']> = Extract<Expression, { type: T }>;

/** Small integers need no look-up of methods. */
export function binaryOf(operator: BinaryOperator, left: Evaluate, right: Evaluate): Evaluate {
  switch (operator) {
    case '+':
      return (frame) => {
        const [a, b] = [left(frame), right(frame)];
        if (typeof a === 'number' && typeof b === 'number') {
          const sum = a + b;
          if (Number.isSafeInteger(sum)) return sum;
        }
        return binary('+', a, b);
      };
    case '-':
      return (frame) => {
        const [a, b] = [left(frame), right(frame)];
        if (typeof a === 'number' && typeof b === 'number') {
          const difference = a - b;
          if (Number.isSafeInteger(difference)) return difference;
        }
        return binary('-', a, b);
      };
    case '*':
      return (frame) => {
        const [a, b] = [left(frame), right(frame)];
        if (typeof a === 'number' && typeof b === 'number') {
          const product = a * b;
          if (Number.isSafeInteger(product) && product !== 0) return product;
        }
        return binary('*', a, b);
      };
    default:
      return (frame) => {
        const a = left(frame);
        return binary(operator, a, right(frame));
      };
  }
}

function comparison(operator: CompareOperator, left: Evaluate, right: Evaluate): Evaluate {
  switch (operator) {
    case '<':
      return (frame) => {
        const [a, b] = [left(frame), right(frame)];
        return typeof a === 'number' && typeof b === 'number' ? a < b : compare('<', a, b);
      };
    case '==':
      return (frame) => {
        const [a, b] = [left(frame), right(frame)];
        return typeof a === 'number' && typeof b === 'number' ? a === b : compare('==', a, b);
      };
    default:
      return (frame) => {
        const a = left(frame);
        return compare(operator, a, right(frame));
      };
  }
}

/** `a < b < c`: each operand once, and none after the first comparison that fails. */
export function compareOf(node: Of<'Compare'>, scope: Scope, unit: Unit): Evaluate {
  const left = unit.expression(node.left, scope);
  const rest = node.comparators.map((each) => unit.expression(each, scope));
  const { operators } = node;
  if (rest.length === 1) return comparison(operators[0]!, left, rest[0]!);
  return (frame) => {
    let a = left(frame);
    let result: Value = true;
    for (let i = 0; i < rest.length; i++) {
      const b = rest[i]!(frame);
      result = compare(operators[i]!, a, b);
      if (i < rest.length - 1 && !truth(result)) return result;
      a = b;
    }
    return result;
  };
}

export function booleanOf(node: Of<'BoolOp'>, scope: Scope, unit: Unit): Evaluate {
  const values = node.values.map((each) => unit.expression(each, scope));
  const last = values.length - 1;
  const stopAt = node.operator === 'or';
  return (frame) => {
    for (let i = 0; i < last; i++) {
      const value = values[i]!(frame);
      if (truth(value) === stopAt) return value;
    }
    return values[last]!(frame);
  };
}

export function unaryOf(node: Of<'UnaryOp'>, scope: Scope, unit: Unit): Evaluate {
  const operand = unit.expression(node.operand, scope);
  const { operator } = node;
  if (operator === 'not') return (frame) => !truth(operand(frame));
  return (frame) => unary(operator, operand(frame));
}

export function conditionalOf(node: Of<'IfExp'>, scope: Scope, unit: Unit): Evaluate {
  const test = unit.expression(node.test, scope);
  const body = unit.expression(node.body, scope);
  const orElse = unit.expression(node.orElse, scope);
  return (frame) => (truth(test(frame)) ? body(frame) : orElse(frame));
}
