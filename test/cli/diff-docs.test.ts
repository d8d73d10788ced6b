import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runFake } from './fake-io.ts';

test('docs/diff.md shows what the program prints', async () => {
  const page = readFileSync(new URL('../../docs/diff.md', import.meta.url), 'utf8');
  const [, command, shown] = /```sh\nvgg-inspect (.+)\n```\n\n```\n([^`]+)```/.exec(page)!;
  const { code, stdout } = await runFake(command!.split(' '), { env: { COLUMNS: '80' } });
  expect(code).toBe(1);
  expect(stdout).toBe(shown);
});
