import type { CheckResult, ModelResult } from '../../check/check-result.ts';
import { grouped } from '../../core/numbers.ts';
import type { Report, Suite, Verdicts } from '../sheet/report.ts';
import type { List, Row, Sheet, Styled } from '../sheet/sheet.ts';
import {
  budgetWords,
  changeWords,
  countWords,
  failures,
  lockWords,
  NOT_LOCKED,
  partName,
} from './check/words.ts';

/** What came of the budgets and the lock. */
export const checkReport = (result: CheckResult): Report => ({
  sheets: () => [terminalSheet(result), pageSheet(result)],
  verdicts: () => verdictsOf(result),
  data: () => result,
});

/** A line a model, below it what does not hold, with file, line and column. */
function terminalSheet(result: CheckResult): Sheet {
  return {
    only: 'terminal',
    title: '',
    parts: [
      {
        name: '',
        gap: 1,
        columns: [{ head: '' }, { head: '', wraps: 22, hanging: 2 }],
        rows: result.models.flatMap(modelRows),
      },
      { text: `${countWords(result)}; ${lockWords(result)}` },
    ],
    notes: [],
  };
}

function modelRows(model: ModelResult): Row[] {
  const { name, params, macs, budgets, lock, warnings, passed } = model;
  const facts = [
    `${grouped(params)} parameters`,
    `${grouped(macs)} MACs`,
    ...(budgets.length > 0 ? [`${budgets.length} budget${budgets.length === 1 ? '' : 's'}`] : []),
    ...(lock === 'same' ? ['lock'] : []),
  ].join(', ');
  const verdict: Styled = passed ? { text: 'ok  ', style: 'good' } : { text: 'FAIL', style: 'bad' };
  const beneath = (cell: string | Styled): Row => ({ cells: ['', cell] });
  return [
    { cells: [verdict, { text: name, style: 'strong', unwrapped: true }] },
    beneath({ text: facts, style: 'faint', unwrapped: true }),
    ...failures(model).flatMap(({ words, at }) => [
      beneath(words),
      beneath({ text: `  ${at.file}:${at.line}:${at.column}`, style: 'faint', unwrapped: true }),
    ]),
    ...warnings.map(({ message }) => beneath(`warning: ${message}`)),
  ];
}

/** A table of the models, then what does not hold. */
function pageSheet(result: CheckResult): Sheet {
  const right = true;
  const columns = [
    { head: '' },
    { head: 'model' },
    { head: 'parameters', right },
    { head: 'MACs', right },
    { head: 'budgets' },
    { head: 'lock' },
  ];
  const rows = result.models.map(({ name, params, macs, budgets, lock, passed }): Row => {
    const held = `${budgets.filter(({ holds }) => holds).length} of ${budgets.length}`;
    const mark = passed ? '✅' : '❌';
    return {
      cells: [mark, name, params, macs, budgets.length === 0 ? '' : held, lock === 'none' ? '' : lock],
    };
  });
  const failed = result.models.filter(({ passed }) => !passed);
  const warnings = result.models.flatMap(({ name, warnings: doubts }) =>
    doubts.map(({ message }) => `${name}: ${message}`),
  );
  return {
    only: 'page',
    title: `vgg-inspect: ${countWords(result)}`,
    parts: [
      { name: '', columns, rows },
      ...failed.map((model): List => ({
        heading: { text: model.name, style: 'strong' },
        items: failures(model).map(({ words, at }) => `${words} (${at.file}:${at.line})`),
      })),
      ...(warnings.length > 0 ? [{ heading: { text: 'Warnings:' }, items: warnings }] : []),
      { text: lockWords(result) },
    ],
    notes: [],
  };
}

/** A suite a model, a verdict a budget, and one on the lock. */
function verdictsOf(result: CheckResult): Verdicts {
  const { file, lock, models } = result;
  const words = lockWords(result);
  return {
    title: `vgg-inspect check ${file}`,
    suites: models.map(suiteOf),
    warnings: lock.stale.length > 0 ? [{ title: 'lock', text: words, file }] : [],
    outcome: `${countWords(result)}; ${words}`,
  };
}

function suiteOf(model: ModelResult): Suite {
  const { name, at, budgets, lock, changes, warnings, passed } = model;
  const onBudgets = budgets.map((budget) => ({
    name: budget.text,
    at: budget.at,
    failure: budget.holds ? undefined : budgetWords(budget),
  }));
  const difference =
    lock === 'new'
      ? `${name} ${NOT_LOCKED}`
      : changes.map((change) => `${partName(change)}: ${changeWords(change)}`).join('\n');
  const onLock = { name: 'lock', at, failure: lock === 'same' ? undefined : difference };
  return {
    name,
    at,
    verdicts: lock === 'none' ? onBudgets : [...onBudgets, onLock],
    failures: failures(model),
    warnings: warnings.map(({ message }) => message),
    passed,
  };
}
