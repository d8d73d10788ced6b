import type { Convolution } from './convolution.ts';

/** One way through an inception module: a pool if any, convolutions in a row, then perhaps two side by side. */
export interface Branch {
  readonly name: string;
  readonly pool?: 'avg' | 'max';
  readonly convs: readonly NamedConvolution[];
  readonly split?: readonly NamedConvolution[];
}
export type NamedConvolution = Convolution & { readonly name: string };

/** Channels and kernel of a convolution that keeps the image's size. */
type Step = readonly [channels: number, kernel: number | readonly [number, number]];

/** Numbered by torchvision: `branch5x5_1`, `branch5x5_2`; a lone convolution has no number. */
function branch(name: string, ...steps: readonly Step[]): Branch {
  return { name, convs: steps.map((step, i) => keep(steps.length > 1 ? `${name}_${i + 1}` : name, step)) };
}

function keep(name: string, [channels, kernel]: Step): NamedConvolution {
  const kernel_size: [number, number] = typeof kernel === 'number' ? [kernel, kernel] : [...kernel];
  const padding: [number, number] = [(kernel_size[0] - 1) / 2, (kernel_size[1] - 1) / 2];
  return { name, out_channels: channels, kernel_size, padding };
}

/** The branch with its last convolution at stride 2 and without padding. */
function halved({ convs, ...rest }: Branch): Branch {
  return { ...rest, convs: [...convs.slice(0, -1), { ...convs.at(-1)!, stride: 2, padding: 0 }] };
}

/** The branch and then 1×3 and 3×1 side by side, `a` and `b`. */
function forked(stem: Branch, channels: number): Branch {
  const next = stem.convs.length + 1;
  const convs = stem.convs.map((conv, i) => ({ ...conv, name: `${stem.name}_${i + 1}` }));
  const halves = [
    keep(`${stem.name}_${next}a`, [channels, [1, 3]]),
    keep(`${stem.name}_${next}b`, [channels, [3, 1]]),
  ];
  return { name: stem.name, convs, split: halves };
}

const row = [1, 7] as const;
const column = [7, 1] as const;
const averaged = (channels: number): Branch => ({ ...branch('branch_pool', [channels, 1]), pool: 'avg' });
const pooled: Branch = { name: 'branch_pool', pool: 'max', convs: [] };

const moduleA = (poolFeatures: number): readonly Branch[] => [
  branch('branch1x1', [64, 1]),
  branch('branch5x5', [48, 1], [64, 5]),
  branch('branch3x3dbl', [64, 1], [96, 3], [96, 3]),
  averaged(poolFeatures),
];
const moduleB: readonly Branch[] = [
  halved(branch('branch3x3', [384, 3])),
  halved(branch('branch3x3dbl', [64, 1], [96, 3], [96, 3])),
  pooled,
];
const moduleC = (c: number): readonly Branch[] => [
  branch('branch1x1', [192, 1]),
  branch('branch7x7', [c, 1], [c, row], [192, column]),
  branch('branch7x7dbl', [c, 1], [c, column], [c, row], [c, column], [192, row]),
  averaged(192),
];
const moduleD: readonly Branch[] = [
  halved(branch('branch3x3', [192, 1], [320, 3])),
  halved(branch('branch7x7x3', [192, 1], [192, row], [192, column], [192, 3])),
  pooled,
];
const moduleE: readonly Branch[] = [
  branch('branch1x1', [320, 1]),
  forked(branch('branch3x3', [384, 1]), 384),
  forked(branch('branch3x3dbl', [448, 1], [384, 3]), 384),
  averaged(192),
];

/** Inception v3's modules in order. */
export const mixed: Readonly<Record<string, readonly Branch[]>> = {
  Mixed_5b: moduleA(32),
  Mixed_5c: moduleA(64),
  Mixed_5d: moduleA(64),
  Mixed_6a: moduleB,
  Mixed_6b: moduleC(128),
  Mixed_6c: moduleC(160),
  Mixed_6d: moduleC(160),
  Mixed_6e: moduleC(192),
  Mixed_7a: moduleD,
  Mixed_7b: moduleE,
  Mixed_7c: moduleE,
};
