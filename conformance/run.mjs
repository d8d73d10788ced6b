// Compares what vgg-inspect says with what others compute. Every file in checks/ is one check: it exports `title` and
// `run({ python, packageFolder, note })`, which resolves with a list of outcomes (see lib/outcome.mjs). Adding a check
// adds a file.
// Arguments choose checks by a part of their file names.

import { readdirSync } from 'node:fs';
import { ensureEnvironment, packageFolder, python } from './lib/environment.mjs';

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const note = (text) => process.stderr.write(`conformance: ${text}\n`);

const chosen = process.argv.slice(2);
const files = readdirSync(new URL('checks/', import.meta.url))
  .filter((file) => file.endsWith('.mjs'))
  .filter((file) => chosen.length === 0 || chosen.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) {
  note(`no check is called ${chosen.join(' or ')}`);
  process.exit(2);
}

try {
  await ensureEnvironment(note);
} catch (error) {
  note(error.message);
  process.exit(1);
}
let passed = 0;
let failed = 0;
for (const file of files) {
  const started = performance.now();
  const { title, run } = await import(new URL(`checks/${file}`, import.meta.url));
  note(`${title} ...`);
  const outcomes = await run({ python, packageFolder, note }).catch((error) => [
    { name: 'the check did not run', problems: [error.stack ?? String(error)] },
  ]);
  // Elsewhere what a check needs may be missing, and it says so; in CI all of it is there.
  if (outcomes.length === 0 && process.env.CI) {
    outcomes.push({ name: 'nothing was compared', problems: ['what the check needs is missing'] });
  }
  const wrong = outcomes.filter(({ problems }) => problems.length > 0);
  passed += outcomes.length - wrong.length;
  failed += wrong.length;
  const verdict = wrong.length > 0 ? 'FAIL' : outcomes.length === 0 ? 'skip' : 'ok  ';
  console.log(
    `${verdict} ${title}: ${outcomes.length - wrong.length} of ${outcomes.length} (${seconds(started)})`,
  );
  for (const { name, problems } of wrong) {
    console.log(`     ${name}`);
    for (const problem of problems) console.log(`       ${problem}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
