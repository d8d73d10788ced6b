import { onlyInput } from '../../src/graph/graph.ts';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import { VggError } from '../../src/core/errors/error.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { attributeNames, parseAttributes } from '../../src/layers/shared/attributes.ts';
import type { LayerKind } from '../../src/layers/layer.ts';
import { layerKind, layerKinds } from '../../src/layers/registry.ts';
import { apply } from './apply.ts';
import { rowsOf } from './documentation.ts';

/** Written by conformance/python/layers.py: the expectations are PyTorch's. */
interface Fixture {
  readonly kind: string;
  readonly cases: readonly Case[];
  /** Calls that PyTorch refuses as well, with our code. */
  readonly rejected: readonly (Call & { readonly code: string })[];
}
interface Call {
  readonly attributes: object;
  readonly inputs: readonly number[][];
}
interface Case extends Call {
  readonly output: readonly number[];
  /** Of the results after the first. */
  readonly others?: readonly (readonly number[])[];
  readonly weights: readonly object[];
  readonly params: number;
  readonly buffers: number;
  readonly macs: number;
}

const folder = new URL('../../fixtures/layers/', import.meta.url);
const files = readdirSync(folder);
const kinds = [...layerKinds.keys()];

const fixtureOf = (kind: string) =>
  JSON.parse(readFileSync(new URL(`${kind}.json`, folder), 'utf8')) as Fixture;
const name = ({ attributes, inputs }: Call) =>
  `${JSON.stringify(attributes)} of ${inputs.map((shape) => shape.join('×')).join(', ')}`;

const takesFloats = ({ takesTypes = 'any' }: LayerKind) => takesTypes === 'any' || takesTypes[0] === 'float';

describe('the registry', () => {
  test('has a fixture for every kind, and no other', () => {
    expect(files.toSorted()).toEqual(kinds.map((kind) => `${kind}.json`).toSorted());
  });
  test('has no kind twice', () => {
    for (const [name, { kind }] of layerKinds) expect(kind).toBe(name);
    const sources = readdirSync(new URL('../../src/layers/', import.meta.url));
    for (const kind of kinds) expect(sources).toContain(`${kind.replace(/\dd$/, '')}.ts`);
  });
});

describe.each(kinds)('%s', (kind) => {
  const layer = layerKind(kind);
  const fixture = fixtureOf(kind);

  test('is in its own fixture, with more than one case', () => {
    expect(fixture.kind).toBe(kind);
    expect(fixture.cases.length).toBeGreaterThan(1);
  });

  test('has one row in the documentation, with its arguments', () => {
    const rows = rowsOf(kind);
    expect(rows).toHaveLength(1);
    const documented = [...rows[0]![2]!.matchAll(/`([a-z_0-9]+)`/g)].map(([, word]) => word!);
    for (const argument of attributeNames(layer)) expect(documented).toContain(argument);
  });

  describe.each(fixture.cases.map((call) => [name(call), call] as const))('%s', (_, call) => {
    const { output, weights, params, buffers, macs } = call;

    test('is what PyTorch gives', () => {
      const found = apply(layer, call.attributes, call.inputs);
      expect(found).toMatchObject({ output, others: call.others ?? [], params, buffers, macs });
      expect(found.weights.map((weight) => ({ ...weight, init: undefined }))).toEqual(weights);
    });

    test('parses to the same attributes a second time', () => {
      const once: object = parseAttributes(layer, call.attributes);
      expect(parseAttributes(layer, once)).toEqual(once);
      // As they are after --json and back.
      expect(parseAttributes(layer, JSON.parse(JSON.stringify(once)))).toEqual(once);
    });

    test('adds up in an analysis', () => {
      if (call.inputs.length !== 1 || !takesFloats(layer)) return;
      const net = new GraphBuilder();
      net.add('layer', layer, call.attributes);
      const graph = net.build({ name: kind, source: 'spec', inputs: onlyInput([1, 1, 1]) });
      const { layers, totals } = analyze(graph, { input: call.inputs[0]! });
      expect(layers[0]).toMatchObject({ outputShape: output, params, buffers, macs });
      expect(totals).toMatchObject({ params, buffers, macs });
    });
  });

  const { rejected } = fixture;
  test.each(rejected.map((call) => [call.code, name(call), call] as const))('%s: %s', (code, _, call) => {
    let found: unknown;
    try {
      apply(layer, call.attributes, call.inputs);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(VggError);
    expect((found as VggError).code).toBe(code);
  });
});
