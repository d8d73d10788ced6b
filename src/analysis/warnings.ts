import { producerOf } from '../graph/graph.ts';
import { firstProducer, type ResolvedGraph } from '../graph/resolve.ts';
import { unknownOperators } from './counts/convention.ts';
import { readByOutputs } from './counts/gradient-flow.ts';
import { formatShape, type Shape } from '../core/shape.ts';
import type { Warning } from '../core/warning.ts';

export interface WarningFacts {
  readonly resolved: ResolvedGraph;
  readonly weightLayers: number;
  /** The same network at its own default input; undefined where that does not resolve. */
  readonly atDefault: ResolvedGraph | undefined;
}

/** What a careful colleague would point out about these numbers. */
export function warningsFor(facts: WarningFacts): Warning[] {
  return [
    depthDiffersFromName(facts),
    headShrank(facts),
    inputTooSmall(facts),
    ratioKeepsStructure(facts),
    unreadLayers(facts),
    operatorsNotCounted(facts),
    flattenMissing(facts) ?? classesElsewhere(facts),
  ].filter((warning) => warning !== undefined);
}

/** Families whose names state their depth: `vgg16-1x1`, `torchvision/vgg11_bn`, `wide_resnet50_2`, `resnext50_32x4d`. */
const DEPTH_IN_NAME = /(?:^|\/)(?:vgg|(?:wide_)?resnet|resnext|densenet)[-_]?(\d{1,3})(?!\d)/i;

function depthDiffersFromName({ resolved: { graph }, weightLayers }: WarningFacts): Warning | undefined {
  const stated = Number(DEPTH_IN_NAME.exec(graph.name)?.[1]);
  if (!Number.isInteger(stated) || stated === weightLayers) return undefined;
  return {
    code: 'depth-differs-from-name',
    message: `the name ${graph.name} says ${stated} weight layers, the graph has ${weightLayers}`,
  };
}

/** The first fully connected layer's input, and the image that it came from. */
function head({
  nodes,
  byPath,
}: ResolvedGraph): { path: string; features: number; image: Shape } | undefined {
  const first = nodes.find(({ layer }) => layer.family === 'linear');
  let before = first && firstProducer(first.node, byPath);
  while (before && before.output.length !== 4 && before.inputs[0]?.length !== 4) {
    before = firstProducer(before.node, byPath);
  }
  const image = before?.output.length === 4 ? before.output : before?.inputs[0];
  if (!first || !image) return undefined;
  return { path: first.node.path, features: first.inputs[0]!.at(-1)!, image };
}

function headShrank({ resolved, atDefault }: WarningFacts): Warning | undefined {
  const here = head(resolved);
  const made = atDefault && head(atDefault);
  if (!here || !made || here.features >= made.features) return undefined;
  return {
    code: 'head-shrank',
    message:
      `the head shrank with the input: ${here.path} takes ${here.features} features ` +
      `(${formatShape(here.image.slice(1))}) instead of ${made.features} (${formatShape(made.image.slice(1))}), ` +
      `so these are not the weights of the network at ${formatShape(atDefault.input.slice(2))}`,
  };
}

function inputTooSmall({ resolved: { graph, input } }: WarningFacts): Warning | undefined {
  const made = graph.inputs[0].shape.slice(1);
  const given = input.slice(2);
  // Fewer words of a text are as good; images have a height and a width.
  if (made.length < 2 || given.every((size, axis) => size >= made[axis]!)) return undefined;
  return {
    code: 'input-too-small',
    message:
      `the input of ${formatShape(given)} is smaller than the ${formatShape(made)} ` +
      `that ${graph.name} was made for`,
  };
}

function ratioKeepsStructure({
  resolved: {
    graph: { dividedFirst },
  },
  weightLayers,
}: WarningFacts): Warning | undefined {
  if (!dividedFirst || dividedFirst.weightLayers === weightLayers) return undefined;
  return {
    code: 'ratio-keeps-structure',
    message:
      `the ratio ${dividedFirst.ratio} keeps all ${weightLayers} weight layers; dividing the channels before the ` +
      `network is built gives one with ${dividedFirst.weightLayers}, whose thin blocks fall below the width from ` +
      `which 1×1 convolutions are added`,
  };
}

/** Names shown before an ellipsis. */
const NAMES = 3;

/** A forgotten `from`, most likely. */
function unreadLayers({ resolved }: WarningFacts): Warning | undefined {
  const counted = readByOutputs(resolved);
  const read = new Set(resolved.nodes.flatMap(({ node }) => node.inputs.map(producerOf)));
  const paths = resolved.nodes
    .map(({ node }) => node.path)
    .filter((path) => !counted.has(path) && !read.has(path));
  if (paths.length === 0) return undefined;
  const names = [...paths.slice(0, NAMES), ...(paths.length > NAMES ? ['…'] : [])].join(', ');
  const what =
    paths.length === 1 ? 'is not an output and no layer reads it' : 'are not outputs and no layer reads them';
  return { code: 'unread-layers', message: `${names} ${what}: only the forward pass is counted` };
}

function operatorsNotCounted({ resolved: { nodes } }: WarningFacts): Warning | undefined {
  const unknown = unknownOperators(nodes);
  if (unknown.length === 0) return undefined;
  return {
    code: 'operators-not-counted',
    message: `not counted are ${unknown.join(', ')}: of these operators only the shapes are known`,
  };
}

/** What leaves a feature map a feature map, with its channels in dimension 1. */
const KEEPS_CHANNELS = new Set(['activation', 'dropout', 'norm']);

/** The last linear layer reads a feature map as it is: it works on the columns and leaves no scores in dimension 1. */
function flattenMissing({ resolved: { graph, nodes, byPath } }: WarningFacts): Warning | undefined {
  // Recurrent layers, which give several results, read sequences.
  const last = nodes.findLast(({ layer, outputs }) => layer.family === 'linear' && outputs.length === 1);
  const shape = last?.inputs[0];
  const scores = byPath.get(producerOf(graph.outputs[0]!))?.output;
  if (!last || !shape || shape.length < 3 || !scores || scores.length < 3) return undefined;
  let before = firstProducer(last.node, byPath);
  while (before && KEEPS_CHANNELS.has(before.layer.family)) before = firstProducer(before.node, byPath);
  // Who permutes, or works on sequences, means the last axis.
  if (before?.layer.family !== 'conv' && before?.layer.family !== 'pool') return undefined;
  return {
    code: 'flatten-missing',
    message:
      `${last.node.path} reads a feature map, ${formatShape(shape.slice(1))}, and works on its last axis of ` +
      `${shape.at(-1)!}: the class scores are not in dimension 1; put a flatten before it`,
  };
}

/** The class scores are made, and then moved away from dimension 1, where the loss looks for them. */
function classesElsewhere({ resolved: { graph, nodes, byPath } }: WarningFacts): Warning | undefined {
  const made = nodes.findLast(({ node }) => node.givesClasses);
  const scores = byPath.get(producerOf(graph.outputs[0]!))?.output;
  const classes = made?.output.at(made.layer.family === 'linear' ? -1 : 1);
  if (!made || !scores || scores.length < 2 || scores[1] === classes) return undefined;
  return {
    code: 'classes-elsewhere',
    message:
      `${made.node.path} gives ${classes} classes, but dimension 1 of the output ${formatShape(scores)} ` +
      `has ${scores[1]}: a loss looks for the class scores there`,
  };
}
