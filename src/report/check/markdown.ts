import type { CheckResult } from '../../check/lock/check-result.ts';
import { escapeMarkdown, markdownTable } from '../formats/markdown/table.ts';
import { grouped } from '../../core/numbers.ts';
import { countWords, failures, lockWords } from '../subjects/check/words.ts';

/** A table of the models, then what does not hold; for GITHUB_STEP_SUMMARY and for comments. */
export function check(result: CheckResult): string {
  const head = ['', 'model', 'parameters', 'MACs', 'budgets', 'lock'];
  const rows = result.models.map(({ name, params, macs, budgets, lock, passed }) => [
    passed ? '✅' : '❌',
    escapeMarkdown(name),
    grouped(params),
    grouped(macs),
    budgets.length === 0 ? '' : `${budgets.filter(({ holds }) => holds).length} of ${budgets.length}`,
    lock === 'none' ? '' : lock,
  ]);
  const failed = result.models.filter(({ passed }) => !passed);
  const details = failed.map((model) =>
    [
      `**${escapeMarkdown(model.name)}**`,
      '',
      ...failures(model).map(
        ({ words, at }) => `- ${escapeMarkdown(words)} (${escapeMarkdown(at.file)}:${at.line})`,
      ),
    ].join('\n'),
  );
  const warnings = result.models.flatMap(({ name, warnings }) =>
    warnings.map(({ message }) => `- ${escapeMarkdown(`${name}: ${message}`)}`),
  );
  return `${[
    `### vgg-inspect: ${countWords(result)}`,
    markdownTable([head, ...rows], new Set([2, 3])).join('\n'),
    ...details,
    ...(warnings.length > 0 ? [`Warnings:\n\n${warnings.join('\n')}`] : []),
    escapeMarkdown(lockWords(result)),
  ].join('\n\n')}\n`;
}
