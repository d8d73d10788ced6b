import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test('the library runs where there is nothing of Node', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../dist/library/index.js', import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'vggInspect',
    write: false,
    logLevel: 'silent',
  });
  // A fresh context has JavaScript and nothing else: no process, no require, no Buffer.
  const params: unknown = runInContext(
    `${outputFiles[0]!.text}; vggInspect.inspect('vgg11').totals.params`,
    createContext({}),
  );
  expect(params).toBe(128_806_154);
});
