import type { Analysis } from '../../analysis/analysis.ts';
import { parseAssertion, type Assertion } from '../../check/assert/assertion.ts';
import { evaluate, type Outcome } from '../../check/assert/evaluate.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io/io.ts';
import type { AssertOptions } from './options.ts';
import { printable } from '../io/printable.ts';

/** The assertions of a command line. Throws `bad-assertion`. */
export function parseAssertions({ assert = [] }: AssertOptions): Assertion[] {
  return assert.map(parseAssertion);
}

export interface Verdict {
  /** One line on stderr for each assertion that does not hold; the exit code. */
  report(io: Io): Promise<number>;
}

/** Checks every assertion against every network, before anything is printed. Throws as `evaluate`. */
export function checkAssertions(assertions: readonly Assertion[], analyses: readonly Analysis[]): Verdict {
  const lines = analyses.flatMap((analysis) =>
    assertions
      .map((assertion) => evaluate(assertion, analysis))
      .filter(({ holds }) => !holds)
      .map((outcome) => lineOf(outcome, analyses.length > 1 ? `${analysis.model.name}: ` : '')),
  );
  return {
    async report(io) {
      for (const line of lines) await io.stderr.write(`${printable(line)}\n`);
      return lines.length === 0 ? exitCodes.fine : exitCodes.assertionFailed;
    },
  };
}

function lineOf({ assertion, expected, actual, difference }: Outcome, prefix: string): string {
  const tail = difference === '' ? '' : `, difference ${difference}`;
  return `assertion failed: ${prefix}${assertion.text} (expected ${expected}, actual ${actual}${tail})`;
}
