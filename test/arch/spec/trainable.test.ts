import { describe, expect, test } from 'vitest';
import { parseSpec } from '../../../src/arch/spec/spec.ts';
import { inspect } from '../../../src/library/index.ts';
import { refusal } from '../refusal.ts';

const spec = (layers: string) => `input: [3, 8, 8]\nlayers:\n${layers}`;
const CONV = 'conv2d: {out_channels: 3, kernel_size: 1}';
const frozenPaths = (layers: string) =>
  parseSpec(spec(layers), 'net.yaml').nodes.flatMap(({ path, frozen }) => (frozen ? [path] : []));

describe('trainable: false', () => {
  test('of a layer', () => {
    expect(
      frozenPaths(`  - ${CONV}\n    trainable: false\n  - ${CONV}\n  - ${CONV}\n    trainable: true\n`),
    ).toEqual(['conv1']);
  });

  test('of a block: all that is in it, whatever that says, and nothing after it', () => {
    const inside = `[{${CONV}, trainable: true}, {${CONV}}]`;
    const block = `  - block: {name: encoder, layers: ${inside}}\n    trainable: false\n  - ${CONV}\n`;
    expect(frozenPaths(block)).toEqual(['encoder.conv1', 'encoder.conv2']);
  });

  test.each(['no', '0', '"false"', 'null', '[]'])('is true or false, not %s', (value) => {
    const error = refusal(() => frozenPaths(`  - ${CONV}\n    trainable: ${value}\n`));
    expect(error.code).toBe('spec-wrong-type');
    expect(error.line).toContain('trainable must be true or false');
  });

  test('leaves what --freeze names to the library as well', () => {
    const text = spec(`  - ${CONV}\n    trainable: false\n  - ${CONV}\n  - ${CONV}\n`);
    expect(inspect(text).totals.trainableParams).toBe(24);
    expect(inspect(text, { freeze: ['conv3'] }).totals.trainableParams).toBe(12);
    const wrong = { freeze: 'conv3' as unknown as string[] };
    expect(refusal(() => inspect(text, wrong)).code).toBe('bad-option');
  });
});
