import type { Suite, Verdicts } from '../sheet/report.ts';
import { harmlessText } from '../sheet/harmless.ts';
import type { ReportFormat } from './format.ts';
import { markdown } from './markdown.ts';

/**
 * Workflow commands of GitHub Actions, which mark lines of a pull request; the job's page takes Markdown beside them.
 * Source: docs.github.com, "Workflow commands for GitHub Actions".
 */
export const github = {
  name: 'github',
  reads: 'verdicts',
  summary: { variable: 'GITHUB_STEP_SUMMARY', format: markdown },
  write: commands,
} as const satisfies ReportFormat;

/** GitHub shows so many errors of a step; the suites that fail share them. */
const SHOWN = 10;

function commands({ suites, warnings, outcome }: Verdicts): string {
  const room = Math.max(1, Math.floor(SHOWN / suites.filter(({ passed }) => !passed).length));
  const lines = suites.flatMap(({ name, at, failures, warnings: doubts }) => [
    ...fitting(failures, room).map(({ words, at: place }) => command('error', place, name, words)),
    ...doubts.map((text) => command('warning', at, name, text)),
  ]);
  const others = warnings.map(({ title, text, file }) => command('warning', { file }, title, text));
  return `${[...lines, ...others, outcome].join('\n')}\n`;
}

/** As many as there is room for; the last one says how many are left out. */
function fitting(failures: Suite['failures'], room: number): Suite['failures'] {
  const shown = failures.slice(0, room);
  const more = failures.length - shown.length;
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

const data = (text: string): string =>
  text
    .split(/(\r?\n)/)
    .map((line, i) => (i % 2 === 0 ? harmlessText(line) : line))
    .join('')
    .replace(/%/g, '%25')
    .replace(/\r/g, '%0D')
    .replace(/\n/g, '%0A');

const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
