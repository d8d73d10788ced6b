import type { TestProject } from 'vitest/node';
import { buildIfStale } from '../scripts/build.mjs';

/** What tests start and import of dist/ is what is in src/, before every run. */
export default function setup(project: TestProject): void {
  buildIfStale();
  project.onTestsRerun(async () => void buildIfStale());
}
