import { VggError } from '../../core/errors/error.ts';
import { formatShape } from '../../core/shape.ts';
import type { Analysis } from '../../analysis/analysis.ts';
import type { Assertion, Operator } from './assertion.ts';
import { findField, type Field } from './field.ts';
import {
  differenceFrom,
  formatQuantity,
  parseQuantity,
  unitNames,
  type Quantity,
} from '../../core/quantity.ts';

/** What came of an assertion. */
export interface Outcome {
  readonly assertion: Assertion;
  readonly holds: boolean;
  /** `== 128806154`, with units worked out. */
  readonly expected: string;
  readonly actual: string;
  /** Actual minus expected for numbers; where shapes differ; empty for texts. */
  readonly difference: string;
}

/** Throws `unknown-field`, and `bad-assertion` when the value does not fit the field. */
export function evaluate(assertion: Assertion, analysis: Analysis): Outcome {
  const field = findField(analysis, assertion.field, assertion.text);
  const { value } = field;
  if (typeof value === 'number') return compareNumber(assertion, field, value);
  if (Array.isArray(value) && value.every((size) => typeof size === 'number')) {
    return compareShape(assertion, value as number[]);
  }
  if (typeof value === 'string' || typeof value === 'boolean') return compareText(assertion, String(value));
  const what =
    value === null ? 'has no value in this network' : 'is not a number, shape or text, but holds several';
  return wrong(assertion, `cannot be checked: ${field.path} ${what}`);
}

function wrong({ text }: Assertion, problem: string): never {
  throw new VggError('bad-assertion', { text, problem });
}

const tests: Readonly<Record<Operator, (sign: number) => boolean>> = {
  '==': (sign) => sign === 0,
  '!=': (sign) => sign !== 0,
  '<=': (sign) => sign <= 0,
  '>=': (sign) => sign >= 0,
  '<': (sign) => sign < 0,
  '>': (sign) => sign > 0,
};

function compareNumber(assertion: Assertion, { path }: Field, actual: number): Outcome {
  const bound = parseQuantity(assertion.value);
  if (bound === undefined) return wrong(assertion, `compares the number ${path} with '${assertion.value}'`);
  if ('unit' in bound)
    return wrong(assertion, `has the unknown unit '${bound.unit}'; there are ${unitNames.join(' ')}`);
  if (bound.bytes && !countsBytes(path))
    return wrong(assertion, `gives bytes, but ${path} does not count bytes`);
  const difference = Number.isSafeInteger(actual) ? differenceFrom(actual, bound) : undefined;
  const sign = difference ? signOf(difference) : Math.sign(actual - Number(formatQuantity(bound)));
  return {
    assertion,
    holds: tests[assertion.operator](sign),
    expected: `${assertion.operator} ${formatQuantity(bound)}`,
    actual: String(actual),
    difference: difference
      ? `${sign > 0 ? '+' : ''}${formatQuantity(difference)}`
      : String(actual - Number(formatQuantity(bound))),
  };
}

const signOf = ({ digits }: Quantity) => (digits > 0n ? 1 : digits < 0n ? -1 : 0);

/** Everything under `memory` is in bytes, and so is what says so. */
const countsBytes = (path: string) => /^memory\.|bytes$/i.test(path);

function compareShape(assertion: Assertion, actual: readonly number[]): Outcome {
  const written = assertion.value.replace(/^[[(]\s*|\s*[\])]$/g, '');
  const sizes = written.split(/\s*[x×,]\s*/i);
  if (!sizes.every((size) => /^\d+$/.test(size)) || (sizes.length === 1 && actual.length > 1)) {
    return wrong(assertion, `compares a shape with '${assertion.value}'; write it as ${actual.join('x')}`);
  }
  checkEquality(assertion, 'shapes');
  const expected = sizes.map(Number);
  const differing = Array.from({ length: Math.max(expected.length, actual.length) }, (_, axis) => axis)
    .filter((axis) => expected[axis] !== actual[axis])
    .map((axis) => `dimension ${axis}: ${actual[axis] ?? 'none'} instead of ${expected[axis] ?? 'none'}`);
  return {
    assertion,
    holds: tests[assertion.operator](differing.length),
    expected: `${assertion.operator} ${formatShape(expected)}`,
    actual: formatShape(actual),
    difference: differing.join(', '),
  };
}

function compareText(assertion: Assertion, actual: string): Outcome {
  checkEquality(assertion, 'texts');
  return {
    assertion,
    holds: tests[assertion.operator](actual === assertion.value ? 0 : 1),
    expected: `${assertion.operator} ${assertion.value}`,
    actual,
    difference: '',
  };
}

function checkEquality(assertion: Assertion, what: string): void {
  const { operator } = assertion;
  if (operator !== '==' && operator !== '!=') wrong(assertion, `orders ${what}, which are only equal or not`);
}
