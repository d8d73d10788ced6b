import { PbfWriter } from 'pbf';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { VggError } from '../../../src/core/errors/error.ts';
import { inMemory, type RandomAccess } from '../../../src/core/random-access.ts';
import { resolve } from '../../../src/graph/resolve.ts';
import { writeGraphProto } from '../../../src/onnx/proto.ts';
import { readOnnx } from '../../../src/read/onnx/read.ts';
import { encode, integers, node, read, summary, type TestModel } from './model.ts';

const refusal = (act: () => unknown): VggError => {
  try {
    act();
  } catch (error) {
    if (error instanceof VggError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

const OPEN: TestModel = {
  inputs: { x: ['N', 3, 'height', 'width'] },
  weights: { w: [4, 3, 3, 3] },
  nodes: [node('Conv x,w > y')],
};
const size = (text: string, name?: string) => ({
  text,
  sizes: text.split('x').map(Number),
  ...(name !== undefined && { name }),
});

describe('inputs', () => {
  test('that leave sizes open are asked for by name', () => {
    expect(refusal(() => read(OPEN)).line).toBe(
      "the input 'x' leaves its size 'height' open: N×3×height×width (say it, as in --input 1x3x224x224)",
    );
    const two = { ...OPEN, inputs: { a: [1, 3, 8, 8], x: [1, 3, undefined, 8] } };
    expect(refusal(() => read(two)).line).toContain(
      "leaves its size 'dimension 2' open: 1×3×?×8 (say it, as in --input x=1x3x224x8)",
    );
  });

  test('take what is asked for, the batch or without it', () => {
    for (const text of ['1x3x16x20', '3x16x20']) {
      expect(read(OPEN, { input: [size(text)] }).inputs).toEqual([
        { name: 'x', shape: [3, 16, 20], type: 'float' },
      ]);
    }
  });

  test('with one name for two sizes need it once', () => {
    const two: TestModel = {
      inputs: { a: ['N', 'steps', 4], b: ['N', 'steps', 4] },
      nodes: [node('Add a,b > y')],
    };
    expect(read(two, { input: [size('7x4', 'a')] }).inputs.map(({ shape }) => shape)).toEqual([
      [7, 4],
      [7, 4],
    ]);
  });

  test('an open batch alone is any', () => {
    const graph = read({ inputs: { x: ['N', 3, 8, 8] }, nodes: [node('Relu x > y')] });
    expect(resolve(graph, [5, 3, 8, 8]).nodes[0]!.output).toEqual([5, 3, 8, 8]);
  });

  test('a fixed batch is the one of the analysis', () => {
    const graph = read({
      inputs: { x: [4, 3, 8, 8] },
      nodes: [node('Reshape x,s > y')],
      integers: { s: [12, 64] },
    });
    expect(analyze(graph).outputs[0]!.shape).toEqual([12, 64]);
    const model = {
      inputs: { x: [4, 3, 8, 8] },
      nodes: [node('Reshape x,s > y')],
      integers: { s: [12, 64] },
    };
    expect(refusal(() => read(model, { batch: 2 })).line).toBe(
      'is of a network with a batch of 4 in its sizes, which does not run with 2: ' +
        'cannot reshape 2×3×8×8 to 12×64 ' +
        "(leave --batch out, or export it with an open batch: torch.onnx's dynamic_axes)",
    );
  });

  test('that are initializers, as old files have them, are none', () => {
    const { inputs } = read({ ...OPEN, inputs: { x: [1, 3, 8, 8], w: [4, 3, 3, 3] } });
    expect(inputs.map(({ name }) => name)).toEqual(['x']);
  });

  test.each<[string, TestModel['inputs'], string]>([
    ['onnx-no-input', {}, 'takes no input'],
    ['onnx-bad-input', { x: [] }, 'is a single number'],
    ['onnx-bad-input', { x: [1, 0, 8, 8] }, 'has a size of 0'],
    ['onnx-bad-input', { x: [1, 3, 8, 8], z: [2, 3, 8, 8] }, 'has 2 as its first size, and x has 1'],
  ])('%s %o', (code, inputs, text) => {
    const error = refusal(() => read({ ...OPEN, inputs: inputs! }));
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
  });

  test('have names that a command line can have', () => {
    const { inputs } = read({ inputs: { 'gpu_0/data:0': [1, 4] }, nodes: [node('Relu gpu_0/data:0 > y')] });
    expect(inputs[0].name).toBe('gpu_0_data_0');
  });
});

describe('shape arithmetic', () => {
  /** x.view(x.size(0), -1), as torch.onnx writes it. */
  const view: TestModel = {
    inputs: { x: ['N', 3, 8, 8] },
    integers: { at: [0], rest: [-1], axes: [0] },
    nodes: [
      node('Shape x > sizes'),
      node('Constant > zero', { value: { tensor: integers('', [0], []) } }),
      node('Gather sizes,zero > batch', { axis: 0 }),
      node('Unsqueeze batch,axes > first'),
      node('Concat first,rest > target', { axis: 0 }),
      node('Reshape x,target > y'),
    ],
  };

  test('is computed, and the batch stays open', () => {
    const graph = read(view);
    expect(graph.nodes).toMatchObject([{ kind: 'flatten' }]);
    expect(resolve(graph, [7, 3, 8, 8]).nodes[0]!.output).toEqual([7, 192]);
  });

  test('a size of many that follows the batch is left open', () => {
    const graph = read({
      ...view,
      integers: { rest: [192], axes: [0], start: [0], end: [1], factor: [3] },
      nodes: [
        node('Shape x > sizes'),
        node('Slice sizes,start,end > batch'),
        node('Mul batch,factor > rows'),
        node('Div rest,factor > columns'),
        node('Concat rows,columns > target', { axis: 0 }),
        node('Reshape x,target > y'),
      ],
    });
    expect(graph.nodes[0]!.attributes).toEqual({ shape: [-1, 64], start_dim: 0 });
    expect(resolve(graph, [7, 3, 8, 8]).nodes[0]!.output).toEqual([21, 64]);
  });

  test('a token for each image', () => {
    const graph = read({
      inputs: { x: ['N', 5, 4] },
      weights: { token: [1, 1, 4] },
      integers: { start: [0], end: [1], ones: [1], minus: [-1], width: [4] },
      nodes: [
        node('Shape x > sizes'),
        node('Slice sizes,start,end > batch'),
        node('Concat batch,minus,minus > wanted', { axis: 0 }),
        node('Equal wanted,minus > open'),
        node('Where open,ones,wanted > target'),
        node('Expand token,target > tokens'),
        node('Concat tokens,x > y', { axis: 1 }),
      ],
    });
    const resolved = resolve(graph, [6, 5, 4]);
    expect(resolved.nodes.map(({ node: { path, kind }, output }) => [path, kind, output])).toEqual([
      ['token', 'parameter', [1, 1, 4]],
      ['expand1', 'expand', [6, 1, 4]],
      ['concat1', 'concat', [6, 6, 4]],
    ]);
  });

  test('a known condition runs its branch alone', () => {
    const branch = (text: string) => ({ node: [node(text)], output: [{ name: 'inner' }] });
    const { kinds } = summary({
      integers: { zero: [0] },
      nodes: [
        node('Size x > count'),
        node('Greater count,zero > some'),
        node('If some > y', {
          then_branch: { graph: branch('Relu x > inner') },
          else_branch: { graph: branch('NonMaxSuppression x > inner') },
        }),
      ],
    });
    expect(kinds).toEqual(['relu']);
  });
});

describe('paths', () => {
  const named = (name: string, text = 'Relu x > y') => node(text, {}, { name });
  const paths = (nodes: TestModel['nodes'], more: Partial<TestModel> = {}) =>
    read({ nodes, ...more }).nodes.map(({ path }) => path);

  test.each([
    ['/layer1/layer1.0/conv1/Relu', 'layer1.0.conv1'],
    ['/features/features.0/block/block.1/Relu', 'features.0.block.1'],
    ['/Relu', 'relu1'],
    ['Relu_12', 'relu1'],
    ['n5', 'relu1'],
    ['', 'relu1'],
    ['block1/relu:0', 'block1.relu_0'],
    ['node_relu_3', 'relu_3'],
  ])('%s is %s', (name, path) => {
    expect(paths([named(name)])).toEqual([path]);
  });

  test('of what is not alone in its module have its operator', () => {
    expect(paths([named('/a/Relu', 'Relu x > h'), named('/a/b/Relu', 'Relu h > y')])).toEqual([
      'a.relu',
      'a.b',
    ]);
    expect(paths([named('/a/Relu', 'Relu x > h'), named('/a/Relu_1', 'Relu h > y')])).toEqual([
      'a.relu',
      'a.relu_1',
    ]);
  });

  test('follow a PyTorch tensor, and are unique', () => {
    const weights = { 'head.0.weight': [4, 3, 1, 1], 'head.1.weight': [4, 4, 1, 1] };
    const nodes = [
      node('Conv x,head.0.weight > h', {}, { name: 'same' }),
      node('Relu h > i', {}, { name: 'same' }),
      node('Relu i > j', {}, { name: 'same' }),
      node('Conv j,head.1.weight > y'),
    ];
    expect(paths(nodes, { weights })).toEqual(['head.0', 'same', 'same_2', 'head.1']);
  });
});

describe('operators that are not known', () => {
  const unknown = node('Strange x,w > h', { size: 3 }, { domain: 'com.example' });

  test('have the shape that the file states, and are said', () => {
    const found = summary({
      weights: { w: [2, 2] },
      nodes: [unknown, node('Relu h > y')],
      stated: { h: [1, 6, 4, 4] },
    });
    expect(found.layers).toEqual(['w: parameter 2×2', 'strange1: foreign 1×6×4×4', 'relu1: relu 1×6×4×4']);
    expect(found.params).toBe(4);
    expect(found.messages).toEqual([
      'not counted are 1 × com.example.Strange: of these operators only the shapes are known',
    ]);
    expect(found.notCounted).toContain(
      '1 × com.example.Strange: operators of which only the shapes are known',
    );
  });

  test('follow an open batch', () => {
    const graph = read({
      inputs: { x: ['N', 3, 8, 8] },
      nodes: [node('Strange x > y', {}, { domain: 'a' })],
      stated: { y: ['N', 5] },
    });
    expect(resolve(graph, [9, 3, 8, 8]).nodes[0]!.output).toEqual([9, 5]);
  });

  test('without a shape are an error that names them', () => {
    const error = refusal(() => read({ nodes: [unknown], weights: { w: [2, 2] } }));
    expect(error.code).toBe('onnx-unknown-operator');
    expect(error.line).toContain("the operator 'Strange' of 'com.example'");
    expect(error.line).toContain('onnx.shape_inference.infer_shapes');
    expect(error.location.path).toBe('h');
  });
});

describe('the file', () => {
  test('is read in pieces, without its weights', () => {
    const bytes = encode({ ...OPEN, inputs: { x: [1, 3, 8, 8] } });
    const large = 2 ** 31;
    const [head, tail] = withRaw(bytes, large);
    const wanted: number[] = [];
    // A file of 2 GiB of weights, of which there are no bytes but at its ends.
    const file: RandomAccess = {
      size: head.length + large + tail.length,
      read(offset, length) {
        wanted.push(length);
        if (offset < head.length) return head.subarray(offset, offset + length);
        const within = offset - head.length - large;
        if (within < 0) throw new Error('weights are read');
        return tail.subarray(within, within + length);
      },
    };
    expect(readOnnx(file, 'large').nodes).toMatchObject([{ kind: 'conv2d' }]);
    expect(Math.max(...wanted)).toBeLessThanOrEqual(2 ** 16);
  });

  test('of old operators is refused', () => {
    expect(refusal(() => read({ ...OPEN, opset: 5 })).code).toBe('onnx-old');
  });

  test.each<[string, TestModel]>([
    ['onnx-unknown-value', { nodes: [node('Relu nothing > y')] }],
    ['onnx-unknown-value', { nodes: [node('Relu b > a'), node('Relu a > b')] }],
    ['onnx-value-twice', { nodes: [node('Relu x > y'), node('Relu x > y')] }],
    ['onnx-no-output', { nodes: [node('Constant > y', { value_ints: [1, 2] })] }],
    ['onnx-bad-node', { nodes: [node('Relu > y')] }],
    ['onnx-bad-node', { nodes: [node('Reshape x,s > y')], integers: { s: [7, 7] } }],
    ['onnx-bad-node', { nodes: [node('Concat x > y', { axis: 9 })] }],
    ['onnx-bad-node', { nodes: [node('Conv x,w > y', { strides: [0, 0] })], weights: { w: [1, 3, 1, 1] } }],
    ['too-large', { nodes: [node('Tile x,t > y')], integers: { t: [2 ** 20, 2 ** 20, 2 ** 20, 1] } }],
  ])('%s', (code, model) => {
    expect(refusal(() => read(model)).code).toBe(code);
  });
});

/** The bytes before and after a further tensor's 2 GiB of data, which come first in the graph. */
function withRaw(bytes: Uint8Array, large: number): [Uint8Array, Uint8Array] {
  const graph = graphOf(bytes);
  const about = Uint8Array.of(0x08, 0x02, 0x10, 0x01, 0x42, 0x01, 0x71);
  const data = Uint8Array.of(0x4a, ...varint(large));
  const tensor = about.length + data.length + large;
  const initializer = Uint8Array.of(0x2a, ...varint(tensor));
  const whole = initializer.length + tensor + graph.length;
  const head = Uint8Array.of(0x3a, ...varint(whole), ...initializer, ...about, ...data);
  const tail = Uint8Array.of(...graph, 0x42, 0x02, 0x10, 17);
  return [head, tail];
}

/** A graph's own bytes: the model's other fields are left out. */
function graphOf(bytes: Uint8Array): Uint8Array {
  // ir_version takes two bytes; then come the graph's tag and length.
  let at = 3;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return bytes.subarray(at, at + length);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

test('graphs nested without end are not entered', () => {
  const inner = new PbfWriter();
  writeGraphProto({ node: [node('Relu x > inner')], output: [{ name: 'inner' }] }, inner);
  let graph = inner.finish();
  // An If in an If in an If: each around the bytes of the one before.
  const text = new TextEncoder();
  const bytesField = (field: number, content: Uint8Array) => [
    (field << 3) | 2,
    ...varint(content.length),
    ...content,
  ];
  for (let depth = 0; depth < 60; depth++) {
    const attribute = Uint8Array.from([
      ...bytesField(1, text.encode('then_branch')),
      ...bytesField(6, graph),
    ]);
    const one = Uint8Array.from([
      ...bytesField(1, text.encode('yes')),
      ...bytesField(2, text.encode('inner')),
      ...bytesField(4, text.encode('If')),
      ...bytesField(5, attribute),
    ]);
    const output = Uint8Array.from(bytesField(1, text.encode('inner')));
    graph = Uint8Array.from([...bytesField(1, one), ...bytesField(12, output)]);
  }
  const model = encode({ nodes: [], outputs: [], integers: { yes: [1] } });
  const whole = Uint8Array.from([
    ...bytesField(7, Uint8Array.from([...graphOf(model), ...graph])),
    0x42,
    0x02,
    0x10,
    17,
  ]);
  expect(refusal(() => readOnnx(inMemory(whole), 'deep')).code).toBe('onnx-too-deep');
});
