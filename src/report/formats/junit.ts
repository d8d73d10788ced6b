import type { CheckResult, ModelResult } from '../../check/lock/check-result.ts';
import { budgetWords, changeWords, NOT_LOCKED, partName } from '../subjects/check/words.ts';

/** JUnit XML: a suite a model, a test a budget, and one for the lock. Source: the schema that Jenkins and GitLab read. */
export function check({ file, models }: CheckResult): string {
  const suites = models.map(suite);
  const total = (of: (suite: Suite) => number) => suites.reduce((sum, each) => sum + of(each), 0);
  const counts = `tests="${total(({ tests }) => tests)}" failures="${total(({ failed }) => failed)}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escape(`vgg-inspect check ${file}`)}" ${counts}>`,
    ...suites.map(({ text }) => text),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Suite {
  readonly text: string;
  readonly tests: number;
  readonly failed: number;
}

function suite(model: ModelResult): Suite {
  const { name, budgets, lock, changes, at } = model;
  const cases = budgets.map((budget) => ({
    name: budget.text,
    at: budget.at,
    failure: budget.holds ? undefined : budgetWords(budget),
  }));
  if (lock !== 'none') {
    const failure =
      lock === 'new'
        ? `${name} ${NOT_LOCKED}`
        : changes.map((change) => `${partName(change)}: ${changeWords(change)}`).join('\n');
    cases.push({ name: 'lock', at, failure: lock === 'same' ? undefined : failure });
  }
  const failed = cases.filter(({ failure }) => failure !== undefined).length;
  const lines = cases.map(({ name: test, at: place, failure }) => {
    const head = `    <testcase classname="${escape(name)}" name="${escape(test)}" file="${escape(place.file)}" line="${place.line}"`;
    if (failure === undefined) return `${head}/>`;
    const message = escape(failure.split('\n')[0]!);
    return `${head}>\n      <failure message="${message}">${escape(failure)}</failure>\n    </testcase>`;
  });
  const counts = `tests="${cases.length}" failures="${failed}" errors="0"`;
  return {
    tests: cases.length,
    failed,
    text: [`  <testsuite name="${escape(name)}" ${counts}>`, ...lines, '  </testsuite>'].join('\n'),
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** What XML 1.0 allows, the rest as a question mark: names may hold what no parser takes. */
const escape = (text: string): string =>
  text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '?')
    .replace(/[&<>"]/g, (character) => ENTITIES[character]!);
