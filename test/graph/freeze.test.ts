import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { freeze, keepNormsInEval } from '../../src/graph/freeze.ts';
import { onlyInput, type Graph } from '../../src/graph/graph.ts';
import { resolve } from '../../src/graph/resolve.ts';
import { batchnorm2d } from '../../src/layers/batchnorm.ts';
import { conv2d } from '../../src/layers/conv.ts';
import { refusal } from '../arch/refusal.ts';

function network(): Graph {
  const net = new GraphBuilder();
  const convolution = { out_channels: 3, kernel_size: 1 };
  net.add('stem.conv', conv2d, convolution);
  net.add('stem.bn', batchnorm2d, {});
  net.add('stem2.conv', conv2d, convolution);
  net.add('stem.deep.conv', conv2d, convolution);
  net.add('tied', conv2d, convolution, { sharesWeightsOf: 'stem2.conv' });
  return net.build({ name: 'frozen', source: 'spec', inputs: onlyInput([3, 4, 4]) });
}

const frozenPaths = (patterns: readonly string[]): string[] =>
  resolve(freeze(network(), patterns), [1, 3, 4, 4]).nodes.flatMap(({ node, weights }) =>
    weights.some(({ frozen }) => frozen) ? [node.path] : [],
  );

describe('layers to freeze', () => {
  test.each([
    [['stem'], ['stem.conv', 'stem.bn', 'stem.deep.conv']],
    [['stem.bn'], ['stem.bn']],
    [['stem*'], ['stem.conv', 'stem.bn', 'stem2.conv', 'stem.deep.conv', 'tied']],
    [['*.conv'], ['stem.conv', 'stem2.conv', 'tied']],
    [['**conv'], ['stem.conv', 'stem2.conv', 'stem.deep.conv', 'tied']],
    [
      ['stem2', 'stem.deep'],
      ['stem2.conv', 'stem.deep.conv', 'tied'],
    ],
  ])('%j', (patterns, paths) => expect(frozenPaths(patterns)).toEqual(paths));

  test('what shares the weights of another freezes that one', () => {
    expect(frozenPaths(['tied'])).toEqual(['stem2.conv', 'tied']);
  });

  test('what shares the weights of a layer that shares them itself', () => {
    const net = new GraphBuilder();
    const convolution = { out_channels: 3, kernel_size: 1 };
    net.add('owner', conv2d, convolution);
    net.add('second', conv2d, convolution, { sharesWeightsOf: 'owner' });
    net.add('third', conv2d, convolution, { sharesWeightsOf: 'second' });
    const graph = net.build({ name: 'chain', source: 'spec', inputs: onlyInput([3, 4, 4]) });
    const { totals, memory } = analyze(graph);
    expect(totals.params).toBe(12);
    expect(memory.training?.peakBytes).toBeGreaterThan(0);
    expect(analyze(freeze(graph, ['third'])).totals.trainableParams).toBe(0);
  });

  test('many stars take no time', () => {
    const pattern = `${'**a'.repeat(200)}b`;
    expect(refusal(() => freeze(network(), ['stem', pattern, '*'.repeat(10_000) + '!'])).code).toBe(
      'nothing-to-freeze',
    );
  });

  test('buffers are neither learned nor frozen', () => {
    const { byPath } = resolve(freeze(network(), ['stem.bn']), [1, 3, 4, 4]);
    const frozen = byPath.get('stem.bn')!.weights.map(({ name, frozen: is = false }) => [name, is]);
    expect(Object.fromEntries(frozen)).toEqual({
      weight: true,
      bias: true,
      running_mean: false,
      running_var: false,
      num_batches_tracked: false,
    });
  });

  test.each(['stam', 'stem.con', '', 'stem.', 'STEM', 'stem.conv.weight'])('there is no %j', (pattern) => {
    const error = refusal(() => freeze(network(), ['stem', pattern]));
    expect(error.code).toBe('nothing-to-freeze');
  });

  test('signs of regular expressions mean themselves', () => {
    expect(refusal(() => freeze(network(), ['stem.(conv|bn)'])).code).toBe('nothing-to-freeze');
    expect(refusal(() => freeze(network(), ['st.m'])).code).toBe('nothing-to-freeze');
  });

  test('names what may be meant', () => {
    expect(refusal(() => freeze(network(), ['stemm'])).line).toContain('stem');
  });
});

test('normalizations alone are kept in eval()', () => {
  const kept = keepNormsInEval(network()).nodes.filter(({ inEval }) => inEval);
  expect(kept.map(({ path }) => path)).toEqual(['stem.bn']);
});
