import type { CheckResult } from '../../check/lock/check-result.ts';
import type { ReportOptions } from '../options.ts';

export const checkFormats = ['table', 'json', 'junit', 'github', 'markdown'] as const;
export type CheckFormat = (typeof checkFormats)[number];

type How = Pick<ReportOptions, 'width' | 'color'>;

/** One format, one file; loaded when it is asked for. */
const reporters: Record<CheckFormat, () => Promise<{ check(result: CheckResult, how: How): string }>> = {
  table: () => import('../subjects/check.ts'),
  json: () => import('./json.ts'),
  junit: () => import('../formats/junit.ts'),
  github: () => import('../formats/github.ts'),
  markdown: () => import('./markdown.ts'),
};

/** What came of the budgets and the lock. The text ends with a line feed. */
export async function reportCheck(result: CheckResult, format: CheckFormat, how: How): Promise<string> {
  return (await reporters[format]()).check(result, how);
}
