/** A line that goes into a file that is there. */
interface Edit {
  readonly path: string;
  /** Found once in the file. */
  readonly at: string;
  /** What comes in its place. */
  readonly becomes: string;
}

/** Something that is added as CONTRIBUTING.md says. */
export interface Toy {
  /** The heading of CONTRIBUTING.md that describes it. */
  readonly heading: string;
  /** As it stands in the names of files. */
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly edits: readonly Edit[];
}

const kind: Toy = {
  heading: 'A layer kind',
  name: 'channel_gain',
  files: {
    'src/layers/channel_gain.ts': `
import * as z from 'zod/mini';
import { perElement } from './shared/activation.ts';
import { defineLayer } from './layer.ts';
import { constant } from './shared/initialization.ts';

/** A learnable factor for each channel. */
export const channel_gain = defineLayer({
  ...perElement,
  kind: 'channel_gain',
  stem: 'gain',
  attributes: z.strictObject({}),
  weights: ({ inputs: [x] }) => ({ gain: { shape: [x[1]!], init: constant(1) } }),
  execute: (operators, { inputs: [x], weights: { gain }, output }) =>
    operators.run({ inputs: [x, gain], output, saves: [x, gain] }),
});
`,
  },
  edits: [
    {
      path: 'src/layers/registry.ts',
      at: "import { concat } from './concat.ts';\n",
      becomes: "import { channel_gain } from './channel_gain.ts';\nimport { concat } from './concat.ts';\n",
    },
    {
      path: 'src/layers/registry.ts',
      at: '  channel_shuffle,\n',
      becomes: '  channel_shuffle,\n  channel_gain,\n',
    },
    {
      path: 'docs/layers.md',
      at: '| `softmax` |',
      becomes: '| `channel_gain` | none | none | 1 |\n| `softmax` |',
    },
  ],
};

const architecture: Toy = {
  heading: 'An architecture',
  name: 'toynet',
  files: {
    'src/arch/d2l/toynet.ts': `
import { flatten } from '../../layers/flatten.ts';
import { linear } from '../../layers/linear.ts';
import { book } from './book.ts';

export const toynet = book('toynet', 'one matrix', { side: 8 }, (net, { classes }) => {
  net.add('flatten', flatten, {});
  net.add('fc', linear, { out_features: classes }, { givesClasses: true });
});
`,
  },
  edits: [
    {
      path: 'src/arch/catalog.ts',
      at: "import { vggs } from './d2l/vgg.ts';\n",
      becomes: "import { toynet } from './d2l/toynet.ts';\nimport { vggs } from './d2l/vgg.ts';\n",
    },
    { path: 'src/arch/catalog.ts', at: 'const d2l = [lenet,', becomes: 'const d2l = [toynet, lenet,' },
    {
      path: 'docs/architectures.md',
      at: '| `lenet` |',
      becomes: '| `toynet` | one matrix | 1×8×8 | 1 | 650 | 640 | |\n| `lenet` |',
    },
  ],
};

const convention: Toy = {
  heading: 'A convention',
  name: 'tensors',
  files: {
    'src/analysis/conventions/tensors.ts': `
import { each, type CountingConvention } from './counting.ts';
import { operations, ownWeights } from './terms.ts';

/** Counts tensors, not scalars. */
export const tensors: CountingConvention = {
  name: 'tensors',
  source: 'a toy',
  unnamed: 'counts its learnable tensors',
  params: {
    calls: 'tensors',
    counts: 'every learnable tensor once',
    rule: each((layer) => [operations(layer, ownWeights(layer).length)]),
  },
};
`,
  },
  edits: [
    {
      path: 'src/analysis/conventions/registry.ts',
      at: "import { thop } from './thop.ts';\n",
      becomes: "import { tensors } from './tensors.ts';\nimport { thop } from './thop.ts';\n",
    },
    { path: 'src/analysis/conventions/registry.ts', at: '  hand,\n', becomes: '  hand,\n  tensors,\n' },
    {
      path: 'docs/conventions.md',
      at: '## Layers that a tool has no rule for\n',
      becomes: '- **`tensors`**: every learnable tensor once.\n\n## Layers that a tool has no rule for\n',
    },
  ],
};

const device: Toy = {
  heading: 'A device',
  name: 'abacus',
  files: {},
  edits: [
    {
      path: 'src/analysis/devices/catalog.ts',
      at: "      ['m1', null,",
      becomes: "      ['abacus', 6, 1, no, 2, 50],\n      ['m1', null,",
    },
  ],
};

const reportFormat: Toy = {
  heading: 'A report format',
  name: 'tsv',
  files: {
    'src/report/formats/tsv.ts': `
import type { Records } from '../sheet/report.ts';
import type { ReportFormat } from './format.ts';

export const tsv = { name: 'tsv', reads: 'records', write: tsvText } as const satisfies ReportFormat;

function tsvText(tables: readonly Records[]): string {
  const lines = tables.flatMap(({ head, rows }) => [head, ...rows]);
  return lines.map((line) => line.join('\\t') + '\\n').join('');
}
`,
  },
  edits: [
    {
      path: 'src/report/formats/registry.ts',
      at: "import { table } from './table.ts';\n",
      becomes: "import { table } from './table.ts';\nimport { tsv } from './tsv.ts';\n",
    },
    { path: 'src/report/formats/registry.ts', at: ', csv] as const', becomes: ', csv, tsv] as const' },
  ],
};

const exportFormat: Toy = {
  heading: 'An export format',
  name: 'paths',
  files: {
    'src/export/paths.ts': `
import type { ExportFormat } from './format.ts';

/** The paths of a network's layers, one a line. */
export const paths: ExportFormat = {
  name: 'paths',
  options: {},
  write: ({ name, nodes }) => [
    {
      name: name + '.txt',
      bytes: new TextEncoder().encode(nodes.map(({ path }) => path + '\\n').join('')),
      about: nodes.length + ' paths',
    },
  ],
};
`,
  },
  edits: [
    {
      path: 'src/export/registry.ts',
      at: "import { onnxTraining } from './onnx-training.ts';\n",
      becomes: "import { onnxTraining } from './onnx-training.ts';\nimport { paths } from './paths.ts';\n",
    },
    { path: 'src/export/registry.ts', at: '[onnxTraining]', becomes: '[onnxTraining, paths]' },
  ],
};

const engine: Toy = {
  heading: 'An engine',
  name: 'slow',
  files: {
    'src/train/engines/slow.ts': `
import { cpu } from './cpu.ts';
import type { Engine } from './engine.ts';

/** The reference engine under another name. */
export const slow = { ...cpu, name: 'slow', rank: 99 } as const satisfies Engine;
`,
  },
  edits: [
    {
      path: 'src/train/engines/registry.ts',
      at: "import { tensorflow } from './tensorflow.ts';\n",
      becomes: "import { slow } from './slow.ts';\nimport { tensorflow } from './tensorflow.ts';\n",
    },
    { path: 'src/train/engines/registry.ts', at: ', cpu] as const', becomes: ', cpu, slow] as const' },
  ],
};

const optimizer: Toy = {
  heading: 'An optimizer',
  name: 'average',
  files: {
    'src/optimizers/average.ts': `
import { add, scale } from '../layers/shared/onnx/arithmetic.ts';
import { gradientValue } from '../layers/shared/onnx/weight-gradient.ts';
import { subtractProduct } from './shared/onnx.ts';
import { defineOptimizer } from './optimizer.ts';

/** Steps along half of the last average and half of the gradient. */
export const average = defineOptimizer({
  name: 'average',
  source: 'a toy',
  defaults: { lr: 0.01 },
  states: ['average'],
  allocate(device, weights) {
    device.ensureStates(weights);
  },
  onnx(g, { weight, states: [last], gradient, numbers: { learningRate } }) {
    const average = scale(g, add(g, last!, gradientValue(g, gradient)), 0.5);
    return { weight: subtractProduct(g, weight, average, learningRate), states: [average] };
  },
  tfjs(tf, { weight, states: [last], gradient, settings: { lr } }) {
    last!.assign(tf.mul(tf.add(last!, gradient), 0.5));
    weight.assign(tf.sub(weight, tf.mul(last!, lr)));
  },
});
`,
  },
  edits: [
    {
      path: 'src/optimizers/registry.ts',
      at: "import { momentum } from './momentum.ts';\n",
      becomes: "import { average } from './average.ts';\nimport { momentum } from './momentum.ts';\n",
    },
    { path: 'src/optimizers/registry.ts', at: ', adamw] as const', becomes: ', adamw, average] as const' },
  ],
};

export const toys = {
  kind,
  architecture,
  convention,
  device,
  reportFormat,
  exportFormat,
  engine,
  optimizer,
} as const satisfies Readonly<Record<string, Toy>>;

/** The files that a toy touches, each once. */
export const touched = ({ files, edits }: Toy): string[] => [
  ...Object.keys(files),
  ...new Set(edits.map(({ path }) => path)),
];
