import type { Suite, Verdicts } from '../sheet/report.ts';
import type { ReportFormat } from './format.ts';

/** JUnit XML, a suite a subject. Source: the schema that Jenkins and GitLab read. */
export const junit = { name: 'junit', reads: 'verdicts', write: suitesText } as const satisfies ReportFormat;

function suitesText({ title, suites }: Verdicts): string {
  const all = suites.flatMap(({ verdicts }) => verdicts);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escape(title)}" ${counts(all)}>`,
    ...suites.map(suiteText),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteText({ name, verdicts }: Suite): string {
  const lines = verdicts.map(({ name: test, at, failure }) => {
    const head = `    <testcase classname="${escape(name)}" name="${escape(test)}" file="${escape(at.file)}" line="${at.line}"`;
    if (failure === undefined) return `${head}/>`;
    const message = escape(failure.split('\n')[0]!);
    return `${head}>\n      <failure message="${message}">${escape(failure)}</failure>\n    </testcase>`;
  });
  return [`  <testsuite name="${escape(name)}" ${counts(verdicts)}>`, ...lines, '  </testsuite>'].join('\n');
}

const counts = (verdicts: Suite['verdicts']): string =>
  `tests="${verdicts.length}" failures="${verdicts.filter(({ failure }) => failure !== undefined).length}" errors="0"`;

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
