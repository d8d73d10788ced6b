import { Ajv2020 } from 'ajv/dist/2020.js';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildArchitecture } from '../../src/arch/architecture.ts';
import { architecture } from '../../src/arch/catalog.ts';
import { stateDict } from '../../src/check/weights/state-dict.ts';
import { runFake } from './fake-io.ts';

const cwd = mkdtempSync(join(tmpdir(), 'vgg-weights-'));

/** A file of zeros; the tensors lie in the order of their names' list. */
function save(
  name: string,
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
): void {
  let at = 0;
  const header: Record<string, unknown> = {};
  for (const { name: key, shape } of tensors) {
    const end = at + 4 * shape.reduce((product, size) => product * size, 1);
    header[key] = { dtype: 'F32', shape, data_offsets: [at, end] };
    at = end;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(join(cwd, name), Buffer.concat([length, text, Buffer.alloc(at)]));
}

const lenet = stateDict(buildArchitecture(architecture('lenet')));
save('lenet.safetensors', lenet);
save('part.safetensors', lenet.slice(1));
save('other.safetensors', [{ name: '\u001b[31mred', shape: [2] }]);
writeFileSync(
  join(cwd, 'net.yaml'),
  'input: [3, 8, 8]\nlayers:\n  - conv2d: {out_channels: 4, kernel_size: 3}\n',
);
save('net.safetensors', [{ name: 'conv1.weight', shape: [4, 3, 3, 3] }, { name: 'conv1.bias', shape: [4] }]); // prettier-ignore
const run = (line: string) => runFake(line.split(' '), { cwd });

test('shows the tensors, and finds the network', async () => {
  const { code, stdout, stderr } = await run('lenet.safetensors');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('lenet.safetensors · Safetensors · 10 tensors');
  expect(stdout).toMatch(/^conv1\.weight +6×1×5×5 +float32 +150 +600$/m);
  expect(stdout).toMatch(/^total +float32 +61,706 +246,824$/m);
  expect(stdout).toMatch(/^fits +lenet$/m);
});

test('sums up by module, and writes what programs read', async () => {
  expect((await run('lenet.safetensors --depth 1')).stdout).toMatch(/^fc1 +2 +float32 +48,120 +192,480$/m);
  const { stdout } = await run('part.safetensors --json');
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  for (const name of ['analysis', 'weights'])
    ajv.addSchema(
      JSON.parse(
        readFileSync(new URL(`../../schema/${name}.schema.json`, import.meta.url), 'utf8'),
      ) as object,
    );
  const validate = ajv.getSchema('urn:vgg-inspect:weights:1')!;
  void validate(JSON.parse(stdout));
  expect(validate.errors ?? []).toEqual([]);
  expect((await run('part.safetensors --format csv')).stdout.split('\r\n')[1]).toBe(
    'conv1.bias,6,float32,6,24,',
  );
});

test('compares with a network of any source; the exit code tells', async () => {
  expect(await run('net.safetensors --match net.yaml')).toMatchObject({ code: 0, stderr: '' });
  const { code, stdout } = await run('part.safetensors --match lenet');
  expect(code).toBe(1);
  expect(stdout).toContain('lenet: 9 of 10 tensors are there and of the right shape');
  expect(stdout).toContain('- conv1.weight 6×1×5×5');
  expect(await run('lenet.safetensors --match lenet --classes 11')).toMatchObject({ code: 1 });
});

test('a name in a file is text', async () => {
  const { stdout } = await run('other.safetensors');
  expect(stdout).not.toContain('\u001b');
});

test.each([
  ['lenet.safetensors --batch 3', '--batch has no effect'],
  ['lenet.safetensors --classes 3', 'the network that --match names'],
  ['lenet.safetensors --assert params==3', '--assert has no effect'],
  ['lenet --match lenet', '--match has no effect on lenet'],
  ['fit lenet.safetensors', 'holds weights and no network'],
  ['compare lenet lenet.safetensors', 'holds weights and no network'],
  ['lenet.safetensors --match other.safetensors', 'holds weights and no network'],
  ['none.pth', 'no such file'],
  ['net.yaml/x.pth', 'net.yaml/x.pth'],
])('%s', async (line, message) => {
  const { code, stdout, stderr } = await run(line);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});
