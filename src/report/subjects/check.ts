import { Chalk } from 'chalk';
import type { CheckResult } from '../../check/lock/check-result.ts';
import { grouped } from '../../core/numbers.ts';
import type { ReportOptions } from '../options.ts';
import { wrapWords } from '../formats/table/wrap.ts';
import { countWords, failures, lockWords } from './check/words.ts';

/** For people: a line a model, below it what does not hold, with file, line and column. */
export function check(result: CheckResult, { width, color }: Pick<ReportOptions, 'width' | 'color'>): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const lines = result.models.flatMap((model) => {
    const { name, params, macs, budgets, lock, warnings, passed } = model;
    const verdict = passed ? chalk.green('ok  ') : chalk.red('FAIL');
    const facts = [
      `${grouped(params)} parameters`,
      `${grouped(macs)} MACs`,
      ...(budgets.length > 0 ? [`${budgets.length} budget${budgets.length === 1 ? '' : 's'}`] : []),
      ...(lock === 'same' ? ['lock'] : []),
    ].join(', ');
    return [
      `${verdict} ${chalk.bold(name)}`,
      chalk.dim(`     ${facts}`),
      ...failures(model).flatMap(({ words, at }) => [
        ...indented(words, width, '     '),
        chalk.dim(`       ${at.file}:${at.line}:${at.column}`),
      ]),
      ...warnings.flatMap(({ message }) => indented(`warning: ${message}`, width, '     ')),
    ];
  });
  return `${[...lines, '', ...wrapWords(`${countWords(result)}; ${lockWords(result)}`, width)].join('\n')}\n`;
}

function indented(text: string, width: number, margin: string): string[] {
  return wrapWords(text, Math.max(20, width - margin.length - 2)).map(
    (line, i) => margin + (i === 0 ? '' : '  ') + line,
  );
}
