import type { CheckResult } from '../../analysis/lock/check-result.ts';
import { countWords, failures, lockWords } from './words.ts';

/** GitHub shows ten annotations of a step; the rest would push the other models out. */
const SHOWN = 10;

/**
 * Workflow commands of GitHub Actions, which mark lines of a pull request.
 * Source: docs.github.com, "Workflow commands for GitHub Actions".
 */
export function check(result: CheckResult): string {
  const lines = result.models.flatMap((model) => {
    const { name, warnings, at } = model;
    const failed = failures(model);
    const more = failed.length - SHOWN;
    return [
      ...failed.slice(0, SHOWN).map(({ words, at }) => command('error', at, name, words)),
      ...(more > 0 ? [command('error', at, name, `and ${more} more; the summary has all`)] : []),
      ...warnings.map(({ message }) => command('warning', at, name, message)),
    ];
  });
  const { file, lock } = result;
  const stale = lock.stale.length > 0 ? [command('warning', { file }, 'lock', lockWords(result))] : [];
  return `${[...lines, ...stale, `${countWords(result)}; ${lockWords(result)}`].join('\n')}\n`;
}

interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

function command(
  level: 'error' | 'warning',
  { file, line, column }: Place,
  title: string,
  text: string,
): string {
  const properties = [
    `file=${property(file)}`,
    ...(line === undefined ? [] : [`line=${line}`, `col=${column}`]),
    `title=${property(title)}`,
  ];
  return `::${level} ${properties.join(',')}::${data(text)}`;
}

const data = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');

const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
