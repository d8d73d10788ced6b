// Records in fixtures/tools.json what the tools say, so that the tests know it without Python.
// Run it after `npm run conformance conventions` when a version in requirements.txt changes.

import { readFileSync, writeFileSync } from 'node:fs';
import { ensureEnvironment, packageFolder, python } from './lib/environment.mjs';
import { runTools } from './lib/tools.mjs';

const file = new URL('../fixtures/tools.json', import.meta.url);
const note = (text) => process.stderr.write(`${text}\n`);
await ensureEnvironment(note);
const { tools } = JSON.parse(readFileSync(file, 'utf8'));
const networks = await runTools({ python, packageFolder, note }, Object.keys(tools));
const lines = networks.map(
  ({ name, input, functions, numbers }) =>
    `    ${JSON.stringify(name)}: {\n      "input": ${JSON.stringify(input)},\n      "functions": ${JSON.stringify(functions)},\n` +
    `      "numbers": {\n${Object.entries(numbers)
      .map(([tool, said]) => `        ${JSON.stringify(tool)}: ${JSON.stringify(said)}`)
      .join(',\n')}\n      }\n    }`,
);
writeFileSync(
  file,
  `{\n  "tools": ${JSON.stringify(tools, null, 2).replaceAll('\n', '\n  ')},\n  "networks": {\n${lines.join(',\n')}\n  }\n}\n`,
);
