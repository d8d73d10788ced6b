import type { Tone } from './figure.ts';

/** Fill and outline of each tone, on white paper; every text on a fill has a contrast of at least 4.5 to 1. */
export const palette: Readonly<Record<Tone, { readonly fill: string; readonly line: string }>> = {
  ink: { fill: '#1f2328', line: '#1f2328' },
  faint: { fill: '#57606a', line: '#57606a' },
  edge: { fill: '#6e7781', line: '#6e7781' },
  frame: { fill: '#f6f8fa', line: '#afb8c1' },
  block: { fill: '#eaeef2', line: '#8c959f' },
  tensor: { fill: '#ffffff', line: '#8c959f' },
  conv: { fill: '#cfe4ff', line: '#3b82d6' },
  linear: { fill: '#d6f2d8', line: '#3f9b4c' },
  activation: { fill: '#ffe6c7', line: '#d98a1f' },
  pool: { fill: '#ffd6d6', line: '#d65a5a' },
  norm: { fill: '#e8dcfb', line: '#8a63d2' },
  dropout: { fill: '#ececec', line: '#9a9a9a' },
  reshape: { fill: '#f3f0e6', line: '#a89f7d' },
  join: { fill: '#fff3b8', line: '#c2a200' },
  resize: { fill: '#cdf1ee', line: '#2f9c93' },
};

/** What the layers of a family are called in a legend. */
export const familyWords = {
  conv: 'convolution',
  linear: 'linear, attention',
  activation: 'activation',
  pool: 'pooling',
  norm: 'normalization',
  dropout: 'dropout',
  reshape: 'reshape',
  join: 'join, arithmetic',
  resize: 'resize',
} as const;

/** A color between that and black: `shade` 0 leaves it, 1 makes it black. */
export function darker(color: string, shade: number): string {
  const parts = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return `#${parts
    .map((part) =>
      Math.round(part * (1 - shade))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
