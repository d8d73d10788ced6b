import type { Analysis, LayerAnalysis } from '../../analysis/analysis.ts';
import { formatShape, type Shape } from '../../core/shape.ts';
import { align } from './align.ts';
import { attributeChanges, type ValueChange } from './attributes.ts';
import { totalChanges, type TotalChange } from './totals.ts';

/** A layer that is not the same in both networks. */
export interface LayerChange {
  /** `renamed` where nothing but its path is another. */
  readonly how: 'added' | 'removed' | 'changed' | 'renamed';
  /** Its path in the first network; left out where it was added. */
  readonly before?: string;
  /** Its path in the second network; left out where it was removed. */
  readonly after?: string;
  readonly kind: string;
  /** Of a layer that is in both: what is another. */
  readonly fields: readonly ValueChange[];
  /** N×C×…; of a layer that was removed, what it had. */
  readonly outputShape: Shape;
  /** By how much parameters and MACs grow with this change. */
  readonly params: number;
  readonly macs: number;
}

/** Two networks compared, layer by layer. */
export interface Diff {
  readonly schemaVersion: 1;
  readonly before: DiffedModel;
  readonly after: DiffedModel;
  readonly same: boolean;
  /** In the order of the second network; what was removed comes where it was. */
  readonly layers: readonly LayerChange[];
  /** Layers in which both agree, path included. */
  readonly unchanged: number;
  /** Every total, the changed ones among them. */
  readonly totals: readonly TotalChange[];
}

export interface DiffedModel {
  readonly name: string;
  readonly source: string;
  readonly input: Shape;
}

/** What makes the second network another than the first: its layers, aligned by path, then by shape and order. */
export function diff(before: Analysis, after: Analysis): Diff {
  const pairs = align(before.layers.map(alignedLayer), after.layers.map(alignedLayer));
  const layers: LayerChange[] = [];
  const renamed = new Map(
    pairs.flatMap(({ before: b, after: a }) =>
      b === undefined || a === undefined ? [] : [[before.layers[b]!.path, after.layers[a]!.path] as const],
    ),
  );
  const kept = new Set(renamed.values());
  for (const pair of pairs) {
    const b = pair.before === undefined ? undefined : before.layers[pair.before]!;
    const a = pair.after === undefined ? undefined : after.layers[pair.after]!;
    const change = b && a ? changeOf(b, a, renamed, kept) : one(b, a);
    if (change) layers.push(change);
  }
  const totals = totalChanges(before, after);
  return {
    schemaVersion: 1,
    before: modelOf(before),
    after: modelOf(after),
    same: layers.length === 0 && totals.every((total) => total.before === total.after),
    layers,
    unchanged: after.layers.length - layers.filter(({ after: path }) => path !== undefined).length,
    totals,
  };
}

const modelOf = ({ model, input }: Analysis): DiffedModel => ({
  name: model.name,
  source: model.source,
  input: input.shape,
});

const alignedLayer = ({ path, kind, outputShape, params }: LayerAnalysis) => ({
  path,
  kind,
  signature: `${kind} ${outputShape.join('x')} ${params}`,
});

/** A layer that only one of them has. */
function one(before: LayerAnalysis | undefined, after: LayerAnalysis | undefined): LayerChange | undefined {
  const layer = after ?? before;
  if (!layer) return undefined;
  const { path, kind, outputShape, params, macs } = layer;
  const shown = { kind, fields: [], outputShape };
  return after
    ? { how: 'added', after: path, ...shown, params, macs }
    : { how: 'removed', before: path, ...shown, params: -params, macs: -macs };
}

function changeOf(
  before: LayerAnalysis,
  after: LayerAnalysis,
  renamed: ReadonlyMap<string, string>,
  kept: ReadonlySet<string>,
): LayerChange | undefined {
  const fields = [
    ...attributeChanges(before.attributes, after.attributes),
    ...fieldChange('output', formatShape(before.outputShape), formatShape(after.outputShape)),
    ...inputChange(before, after, renamed, kept),
    ...fieldChange('shares weights of', before.sharesWeightsOf ?? '', after.sharesWeightsOf ?? ''),
    ...fieldChange('params', before.params, after.params),
    // Where nothing is frozen it is said by now.
    ...(before.trainableParams === before.params && after.trainableParams === after.params
      ? []
      : fieldChange('trainable params', before.trainableParams, after.trainableParams)),
    ...fieldChange('buffers', before.buffers, after.buffers),
    ...fieldChange('MACs', before.macs, after.macs),
  ];
  if (fields.length === 0 && before.path === after.path) return undefined;
  return {
    how: fields.length === 0 ? 'renamed' : 'changed',
    before: before.path,
    after: after.path,
    kind: after.kind,
    fields,
    outputShape: after.outputShape,
    params: after.params - before.params,
    macs: after.macs - before.macs,
  };
}

const fieldChange = <T extends string | number>(field: string, before: T, after: T): ValueChange[] =>
  before === after ? [] : [{ field, before, after }];

/** Layers that feed it and that both networks have; what was put between or taken out is a change of its own. */
function inputChange(
  before: LayerAnalysis,
  after: LayerAnalysis,
  renamed: ReadonlyMap<string, string>,
  kept: ReadonlySet<string>,
): ValueChange[] {
  const own = (path: string): string => path.replace(/:\d+$/, '');
  const isInput = (path: string): boolean => path.startsWith('@');
  if (!before.inputs.every((path) => isInput(path) || renamed.has(own(path)))) return [];
  if (!after.inputs.every((path) => isInput(path) || kept.has(own(path)))) return [];
  const now = before.inputs.map((path) =>
    isInput(path) ? path : path.replace(own(path), renamed.get(own(path))!),
  );
  return fieldChange('inputs', now.join(', '), after.inputs.join(', '));
}
