import type { CheckResult } from '../../check/lock/check-result.ts';
import { countWords, failures, lockWords } from '../subjects/check/words.ts';

/** GitHub shows so many errors of a step; the models that fail share them. */
const SHOWN = 10;

/**
 * Workflow commands of GitHub Actions, which mark lines of a pull request.
 * Source: docs.github.com, "Workflow commands for GitHub Actions".
 */
export function check(result: CheckResult): string {
  const { file, lock, models } = result;
  const room = Math.max(1, Math.floor(SHOWN / models.filter(({ passed }) => !passed).length));
  const lines = models.flatMap((model) => {
    const { name, warnings, at } = model;
    return [
      ...fitting(failures(model), room).map(({ words, at }) => command('error', at, name, words)),
      ...warnings.map(({ message }) => command('warning', at, name, message)),
    ];
  });
  const stale = lock.stale.length > 0 ? [command('warning', { file }, 'lock', lockWords(result))] : [];
  return `${[...lines, ...stale, `${countWords(result)}; ${lockWords(result)}`].join('\n')}\n`;
}

/** As many as there is room for; the last one says how many are left out. */
function fitting(failed: ReturnType<typeof failures>, room: number): ReturnType<typeof failures> {
  const shown = failed.slice(0, room);
  const more = failed.length - shown.length;
  return shown.map(({ words, at }, i) =>
    more > 0 && i === room - 1
      ? { words: `${words}; and ${more} more, which the summary has`, at }
      : { words, at },
  );
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
