import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

/** A project of somebody else, with the built package in its node_modules. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vgg-inspect-consumer-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules', 'vgg-inspect'));
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
});
afterAll(() => rm(folder, { recursive: true }));

test('the built package is imported by its name', async () => {
  const script = `
    import { architectures, inspect, VggError } from 'vgg-inspect';
    const { totals, layers } = inspect('vgg11', { input: [1, 1, 224, 224] });
    let code;
    try { inspect('vgg12'); } catch (error) { code = error instanceof VggError && error.code; }
    console.log(JSON.stringify([totals.params, layers.length, architectures.length > 40, code]));
  `;
  await writeFile(join(folder, 'consumer.js'), script);
  const { stdout } = await run(process.execPath, ['consumer.js'], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual([128_806_154, 29, true, 'unknown-architecture']);
});

test('the schema is found by its name', async () => {
  const script = `
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    console.log(require('vgg-inspect/schema/analysis.schema.json').title);
  `;
  await writeFile(join(folder, 'schema.js'), script);
  const { stdout } = await run(process.execPath, ['schema.js'], { cwd: folder });
  expect(stdout).toBe('Analysis\n');
});

test('what is no part of the interface cannot be imported', async () => {
  await writeFile(join(folder, 'inside.js'), `import 'vgg-inspect/dist/graph/builder.js';`);
  await expect(run(process.execPath, ['inside.js'], { cwd: folder })).rejects.toThrow(
    'ERR_PACKAGE_PATH_NOT_EXPORTED',
  );
});

const consumer = `
import { inspect, VggError, type Analysis, type InspectOptions } from 'vgg-inspect';

const options: InspectOptions = { input: [1, 3, 224, 224], classes: 10, memory: { optimizer: 'adam' } };
const analysis: Analysis = inspect('torchvision/vgg11', options);
const params: number = analysis.totals.params;
const shapes: readonly (readonly number[])[] = analysis.layers.map((layer) => layer.outputShape);
const peak: number | undefined = analysis.memory.training?.peakBytes;
console.log(params, shapes, peak);
try {
  inspect('layers:\\n');
} catch (error) {
  if (error instanceof VggError) console.log(error.code, error.line, error.location.column);
}
`;

async function typecheck(text: string): Promise<string> {
  await writeFile(join(folder, 'typed.ts'), text);
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        module: 'nodenext',
        target: 'es2022',
        lib: ['es2023', 'dom'],
        types: [],
        noEmit: true,
      },
      files: ['typed.ts'],
    }),
  );
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return run(process.execPath, [tsc, '-p', '.'], { cwd: folder }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

test('a consumer in TypeScript is checked against our declarations', async () => {
  expect(await typecheck(consumer)).toBe('');
});

test('the declarations catch a mistake', async () => {
  expect(await typecheck(consumer.replace('totals.params', 'totals.parameters'))).toContain('TS2339');
  expect(await typecheck(consumer.replace("'adam'", "'adafactor'"))).toContain('TS2322');
});
