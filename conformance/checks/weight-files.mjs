import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { architecture, architectures } from '../../dist/arch/catalog.js';
import { buildArchitecture } from '../../dist/arch/architecture.js';
import { weightReader } from '../../dist/arch/weights.js';
import { match } from '../../dist/check/weights/match.js';
import { search } from '../../dist/check/weights/search.js';
import { isBufferName, stateDict } from '../../dist/check/weights/state-dict.js';
import { summarize } from '../../dist/check/weights/summary.js';
import { collect } from '../lib/outcome.mjs';

export const title =
  "Files of weights: the state dicts of torchvision's networks, whose network is to be found";

const SAVED = ['resnet18', 'squeezenet1_1', 'mobilenet_v3_small'];
const SAMPLE = [
  'densenet121',
  'vit_b_32',
  'swin_v2_t',
  'convnext_tiny',
  'googlenet',
  'efficientnet_b0',
  'vgg11_bn',
];

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, sampled }) {
  const folder = mkdtempSync(join(tmpdir(), 'vgg-weights-'));
  const all = architectures.filter(({ source }) => source === 'torchvision');
  const names = all.map(({ name }) => name.replace('torchvision/', ''));
  try {
    const answers = await python('weight_files.py', {
      folder,
      described: sampled(names, SAMPLE),
      saved: SAVED,
    });
    return [...(await Promise.all(answers.map(compareFile))), ...SAVED.map(damagedMatch)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {{ file: string, name: string, tensors: Record<string, [string, number[]]>, params: number, buffers: number }} expected */
async function compareFile({ file, name, tensors, params, buffers }) {
  const report = collect(basename(file));
  const open = openSync(file, 'r');
  /** @param {number} offset @param {number} length */
  const read = (offset, length) => {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(open, bytes, 0, length, offset));
  };
  const load = /** @type {import('../../dist/arch/weights.js').WeightReader} */ (weightReader(file));
  const stored = (await load.load())({ size: fstatSync(open).size, read });
  closeSync(open);
  const onlyParameters = file.includes('-parameters');
  const prefix = file.endsWith('.ckpt') ? 'module.' : '';
  const wanted = Object.entries(tensors).filter(([key]) => !onlyParameters || !isBufferName(key));
  const half = file.endsWith('half.safetensors') || onlyParameters;
  report.equal(
    'tensors',
    stored.tensors.map(({ name: key, shape }) => [key, shape]).sort(byName),
    wanted.map(([key, [, shape]]) => [prefix + key, shape]).sort(byName),
  );
  const found = search(stored.tensors);
  const { totals } = summarize(file, stored, found);
  report.equal('parameters', totals.params, params);
  report.equal('buffers', totals.buffers, onlyParameters ? 0 : buffers);
  if (!half)
    report.equal(
      'types',
      [...new Set(stored.tensors.map(({ dtype }) => dtype))].sort(),
      [...new Set(wanted.map(([, [dtype]]) => dtype))].sort(),
    );
  // Parameters alone are those of the network, but not all that it loads.
  const fitting = found.filter(({ match: { fits } }) => fits || onlyParameters);
  report.equal(
    'the network is found',
    fitting.some((each) => each.architecture === `torchvision/${name}`),
    true,
  );
  return report.outcome();
}

/** @param {readonly unknown[]} a @param {readonly unknown[]} b */
const byName = (a, b) => (String(a[0]) < String(b[0]) ? -1 : 1);

/** @param {string} name */
function damagedMatch(name) {
  const report = collect(`${name} with one tensor renamed, one transposed, one missing and one too many`);
  const expected = stateDict(buildArchitecture(architecture(`torchvision/${name}`)));
  const stored = expected.map(({ name: key, shape }) => ({ name: key, shape, dtype: 'float32', bytes: 0 }));
  const matrix = stored.findIndex(({ shape }, i) => i > 0 && shape.length > 1 && shape[0] !== shape[1]);
  const [renamed, transposed, missing] = [stored[0], stored[matrix], stored.at(-1)];
  if (!renamed || !transposed || !missing) throw new Error(`${name} has too few tensors`);
  const result = match(
    [
      ...stored
        .filter((tensor) => tensor !== missing)
        .map((tensor) => {
          if (tensor === renamed) return { ...tensor, name: 'another.name' };
          const [rows = 0, columns = 0, ...kernel] = tensor.shape;
          if (tensor === transposed) return { ...tensor, shape: [columns, rows, ...kernel] };
          return tensor;
        }),
      { name: 'one.too.many', shape: [3, 1, 4, 1, 5], dtype: 'float32', bytes: 240 },
    ],
    name,
    expected,
  );
  report.equal('renamed', result.renamed, [{ stored: 'another.name', expected: renamed.name }]);
  report.equal('unexpected', result.unexpected.map(({ name: key }) => key).sort(), [
    'another.name',
    'one.too.many',
  ]);
  report.equal(
    'missing',
    result.missing.map(({ name: key }) => key).sort(),
    [missing.name, renamed.name].sort(),
  );
  report.equal(
    'of another shape',
    result.reshaped.map(({ name: key, transposed: turned }) => [key, turned]),
    [[transposed.name, true]],
  );
  return report.outcome();
}
