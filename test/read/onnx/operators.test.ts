import { describe, expect, test } from 'vitest';
import { node, summary, type TestModel } from './model.ts';

/** One node over an image of 1×4×8×8, or what the test says. */
const one = (text: string, attributes: Parameters<typeof node>[1] = {}, more: Partial<TestModel> = {}) =>
  summary({ inputs: { x: [1, 4, 8, 8] }, ...more, nodes: [node(text, attributes)] });

const conv = (attributes: Parameters<typeof node>[1], more: Partial<TestModel> = {}) =>
  one('Conv x,w,b > y', attributes, { weights: { w: [6, 4, 3, 3], b: [6] }, ...more });

describe('convolutions', () => {
  test('take their size from the weight', () => {
    expect(conv({ pads: [1, 1, 1, 1], strides: [2, 2] })).toMatchObject({
      layers: ['conv1: conv2d 1×6×4×4'],
      params: 6 * 4 * 9 + 6,
      macs: 6 * 16 * 4 * 9,
      warnings: [],
    });
  });

  test('of sequences and volumes, in groups and without a bias', () => {
    const sequence = { inputs: { x: [1, 4, 9] }, weights: { w: [8, 2, 3] } };
    expect(one('Conv x,w > y', { group: 2 }, sequence).layers).toEqual(['conv1: conv1d 1×8×7']);
    const volume = { inputs: { x: [1, 4, 5, 5, 5] }, weights: { w: [2, 4, 3, 3, 3] } };
    expect(one('Conv x,w > y', {}, volume)).toMatchObject({ kinds: ['conv3d'], params: 2 * 4 * 27 });
  });

  test('get a border of zeros where their sides differ', () => {
    expect(conv({ pads: [0, 1, 2, 1] }).layers).toEqual([
      'conv1: zeropad2d 1×4×10×10',
      'conv2: conv2d 1×6×8×8',
    ]);
    expect(conv({ auto_pad: 'SAME_UPPER', strides: [2, 2] }).layers).toEqual([
      'conv1: zeropad2d 1×4×9×9',
      'conv2: conv2d 1×6×4×4',
    ]);
    expect(conv({ auto_pad: 'SAME_LOWER' }).layers).toEqual(['conv1: conv2d 1×6×8×8']);
    expect(conv({ auto_pad: 'VALID' }).layers).toEqual(['conv1: conv2d 1×6×6×6']);
  });

  test('share a weight with other biases', () => {
    const { params, kinds } = summary({
      inputs: { x: [1, 4, 8, 8] },
      weights: { w: [4, 4, 1, 1], b1: [4], b2: [4] },
      nodes: [node('Conv x,w,b1 > h'), node('Conv h,w,b2 > y')],
    });
    expect(params).toBe(16 + 4 + 4);
    expect(kinds).toEqual(['conv2d', 'parameter', 'add', 'conv2d', 'parameter', 'add']);
  });

  test('whose filters are computed have their shape', () => {
    const found = summary({
      inputs: { x: [1, 4, 8, 8] },
      weights: { v: [6, 4, 3, 3], g: [6, 1, 1, 1] },
      nodes: [node('Mul v,g > w'), node('Conv x,w > y')],
    });
    expect(found).toMatchObject({
      params: 6 * 36 + 6,
      outputs: [[1, 6, 6, 6]],
      warnings: ['operators-not-counted'],
    });
  });

  test('transposed, with what is cut off behind', () => {
    const weights = { w: [4, 6, 3, 3] };
    const transposed = (attributes: Parameters<typeof node>[1]) =>
      one('ConvTranspose x,w > y', { strides: [2, 2], ...attributes }, { weights }).layers;
    expect(transposed({ pads: [1, 1, 1, 1], output_padding: [1, 1] })).toEqual([
      'convtranspose1: convtranspose2d 1×6×16×16',
    ]);
    expect(transposed({ pads: [0, 0, 1, 1] })).toEqual([
      'convtranspose1: convtranspose2d 1×6×17×17',
      'convtranspose2: zeropad2d 1×6×16×16',
    ]);
    expect(transposed({ auto_pad: 'SAME_UPPER' }).at(-1)).toMatch(/1×6×16×16$/);
    expect(transposed({ output_shape: [18, 18] }).at(-1)).toMatch(/1×6×18×18$/);
  });
});

describe('products', () => {
  const rows = { inputs: { x: [2, 5] } };

  test('of a weight are linear layers', () => {
    const gemm = one('Gemm x,w,b > y', { transB: 1 }, { ...rows, weights: { w: [3, 5], b: [3] } });
    expect(gemm).toMatchObject({ layers: ['gemm1: linear 1×3'], params: 18, macs: 15 });
    const matmul = one('MatMul x,w > y', {}, { inputs: { x: [1, 7, 5] }, weights: { w: [5, 3] } });
    expect(matmul).toMatchObject({ layers: ['matmul1: linear 1×7×3'], params: 15, macs: 105 });
  });

  test('take the constant that is added as their bias', () => {
    const added = summary({
      ...rows,
      weights: { w: [5, 3], b: [3] },
      nodes: [node('MatMul x,w > h'), node('Add b,h > y')],
    });
    expect(added).toMatchObject({ kinds: ['linear'], params: 18 });
    const readTwice = summary({
      ...rows,
      weights: { w: [5, 3], b: [3] },
      nodes: [node('MatMul x,w > h'), node('Add b,h > z'), node('Mul z,h > y')],
    });
    expect(readTwice).toMatchObject({ kinds: ['linear', 'parameter', 'add', 'mul'], params: 18 });
  });

  test('of two computed tensors have their shape', () => {
    const { outputs, macs } = summary({
      inputs: { a: [1, 2, 5, 4], b: [1, 1, 4, 3] },
      nodes: [node('MatMul a,b > y')],
    });
    expect({ outputs, macs }).toEqual({ outputs: [[1, 2, 5, 3]], macs: 120 });
    const sums = summary({
      inputs: { a: [1, 2, 5, 4], b: [1, 2, 3, 4] },
      nodes: [node('Einsum a,b > y', { equation: 'bhid,bhjd->bhij' })],
    });
    expect(sums).toMatchObject({ outputs: [[1, 2, 5, 3]], macs: 120, kinds: ['permute', 'matmul'] });
  });

  test('over any axes are matrices', () => {
    const rearranged = summary({
      inputs: { a: [1, 5, 4, 3], b: [1, 7, 4, 3] },
      nodes: [node('Einsum a,b > y', { equation: 'nihd,njhd->nhij' })],
    });
    expect(rearranged).toMatchObject({ outputs: [[1, 4, 5, 7]], macs: 4 * 5 * 7 * 3, warnings: [] });
    const transposed = summary({
      inputs: { x: [4, 2] },
      nodes: [node('Gemm x,x > y', { transB: 1 })],
    });
    expect(transposed.kinds).toEqual(['permute', 'matmul']);
  });

  test('refuse a weight of another size', () => {
    expect(() => one('MatMul x,w > y', {}, { ...rows, weights: { w: [4, 3] } })).toThrow(
      'MatMul has weights for 4 features, and 5 come in',
    );
  });
});

describe('pools', () => {
  const pool = (text: string, attributes: Parameters<typeof node>[1], side = 8) =>
    one(text, attributes, { inputs: { x: [1, 4, side, side] } });

  test('as PyTorch has them', () => {
    const window = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };
    expect(pool('MaxPool x > y', window).layers).toEqual(['maxpool1: maxpool2d 1×4×4×4']);
    const { graph } = pool('AveragePool x > y', window);
    expect(graph.nodes[0]!.attributes).toMatchObject({ count_include_pad: false, padding: [1, 1] });
  });

  test('of which the last window sticks out', () => {
    const window = { kernel_shape: [3, 3], strides: [2, 2], pads: [0, 0, 1, 1] };
    for (const text of ['MaxPool x > y', 'AveragePool x > y']) {
      const { graph, outputs, warnings } = pool(text, window);
      expect(graph.nodes.map(({ attributes }) => attributes)).toMatchObject([
        { ceil_mode: true, padding: [0, 0] },
      ]);
      expect({ outputs, warnings }).toEqual({ outputs: [[1, 4, 4, 4]], warnings: [] });
    }
  });

  test('get a border where nothing else is the same', () => {
    const window = { kernel_shape: [2, 2], pads: [1, 1, 0, 0] };
    expect(pool('MaxPool x > y', window).kinds).toEqual(['constantpad2d', 'maxpool2d']);
    const counted = pool('AveragePool x > y', { ...window, count_include_pad: 1 });
    expect(counted.kinds).toEqual(['zeropad2d', 'avgpool2d']);
    const excluded = pool('AveragePool x > y', window);
    expect(excluded).toMatchObject({ outputs: [[1, 4, 8, 8]], warnings: ['operators-not-counted'] });
  });

  test('over the whole image', () => {
    expect(pool('GlobalAveragePool x > y', {}).layers).toEqual([
      'globalaveragepool1: adaptive_avgpool2d 1×4×1×1',
    ]);
    expect(pool('GlobalMaxPool x > y', {}).kinds).toEqual(['adaptive_maxpool2d']);
    const whole = pool('AveragePool x > y', { kernel_shape: [7, 7], pads: [0, 0, 1, 1] }, 6);
    expect(whole).toMatchObject({ kinds: ['adaptive_avgpool2d'], warnings: [] });
  });
});

describe('normalizations', () => {
  test('have means and deviations as buffers, and no counter', () => {
    const weights = { s: [4], b: [4], m: [4], v: [4] };
    expect(one('BatchNormalization x,s,b,m,v > y', {}, { weights })).toMatchObject({
      kinds: ['batchnorm2d'],
      params: 8,
      buffers: 8,
    });
    const features = { inputs: { x: [1, 4] }, weights };
    expect(one('BatchNormalization x,s,b,m,v > y', {}, features).kinds).toEqual(['batchnorm1d']);
  });

  test.each([
    ['InstanceNormalization x,s,b > y', {}, 'instancenorm2d'],
    ['GroupNormalization x,s,b > y', { num_groups: 2 }, 'groupnorm'],
    ['LRN x > y', { size: 5 }, 'local_response_norm'],
  ])('%s', (text, attributes, kind) => {
    const found = one(text, attributes, { weights: { s: [4], b: [4] }, opset: 21 });
    expect(found).toMatchObject({
      kinds: [kind],
      params: kind === 'local_response_norm' ? 0 : 8,
      warnings: [],
    });
  });

  test('a scale of ones in the graph is no weight', () => {
    const list = (value: number) => ({ value_floats: { floats: [value, value, value, value] } });
    const { params, kinds } = summary({
      inputs: { x: [1, 4, 8, 8] },
      nodes: [
        node('Constant > one', list(1)),
        node('Constant > zero', list(0)),
        node('InstanceNormalization x,one,zero > y'),
      ],
    });
    expect({ params, kinds }).toEqual({ params: 0, kinds: ['instancenorm2d'] });
  });

  test('over the last axes', () => {
    const layer = one('LayerNormalization x,s > y', { axis: -2 }, { weights: { s: [8, 8] } });
    expect(layer).toMatchObject({ kinds: ['layernorm'], params: 64 });
  });
});

describe('activations', () => {
  test.each([
    ['Relu x > y', {}, 'relu'],
    ['LeakyRelu x > y', { alpha: { float: 0.2 } }, 'leaky_relu'],
    ['Elu x > y', {}, 'elu'],
    ['Selu x > y', {}, 'selu'],
    ['Celu x > y', {}, 'celu'],
    ['Sigmoid x > y', {}, 'sigmoid'],
    ['Tanh x > y', {}, 'tanh'],
    ['HardSigmoid x > y', { alpha: { float: 1 / 6 } }, 'hardsigmoid'],
    ['HardSwish x > y', {}, 'hardswish'],
    ['Softplus x > y', {}, 'softplus'],
    ['Softsign x > y', {}, 'softsign'],
    ['Mish x > y', {}, 'mish'],
    ['Gelu x > y', { approximate: 'tanh' }, 'gelu'],
    ['ThresholdedRelu x > y', {}, 'threshold'],
    ['Softmax x > y', {}, 'softmax'],
    ['LogSoftmax x > y', {}, 'log_softmax'],
    ['Dropout x > y', {}, 'dropout'],
    ['Sqrt x > y', {}, 'sqrt'],
    ['Exp x > y', {}, 'exp'],
    ['Log x > y', {}, 'log'],
    ['Abs x > y', {}, 'abs'],
    ['Neg x > y', {}, 'neg'],
    ['Erf x > y', {}, 'erf'],
    ['Reciprocal x > y', {}, 'reciprocal'],
    ['Sin x > y', {}, 'sin'],
    ['Cos x > y', {}, 'cos'],
    ['Tan x > y', {}, 'arithmetic'],
  ])('%s', (text, attributes, kind) => {
    expect(one(text, attributes)).toMatchObject({ kinds: [kind], outputs: [[1, 4, 8, 8]], warnings: [] });
  });

  test('a clip by its limits', () => {
    const clip = (floats: Record<string, readonly number[]>, text: string) => one(text, {}, { floats }).kinds;
    expect(clip({ a: [0], b: [6] }, 'Clip x,a,b > y')).toEqual(['relu6']);
    expect(clip({ a: [-1], b: [1] }, 'Clip x,a,b > y')).toEqual(['hardtanh']);
    expect(clip({ a: [0] }, 'Clip x,a > y')).toEqual(['relu']);
    expect(clip({ a: [1] }, 'Clip x,a > y')).toEqual(['clamp']);
    const old = { min: { float: 0 }, max: { float: 6 } };
    expect(one('Clip x > y', old, { opset: 6 }).kinds).toEqual(['relu6']);
  });

  test('slopes for each channel', () => {
    expect(one('PRelu x,s > y', {}, { weights: { s: [4, 1, 1] } })).toMatchObject({
      kinds: ['prelu'],
      params: 4,
    });
    expect(one('PRelu x,s > y', {}, { weights: { s: [1] } })).toMatchObject({ kinds: ['prelu'], params: 1 });
  });

  test('a softmax of old files is over all axes from one on', () => {
    expect(one('Softmax x > y', {}, { opset: 11 }).layers).toEqual([
      'softmax1: flatten 1×256',
      'softmax2: softmax 1×256',
      'softmax3: reshape 1×4×8×8',
    ]);
  });
});

describe('arithmetic', () => {
  test('a constant of a sum or a product is a parameter, once', () => {
    const { params, kinds } = summary({
      weights: { w: [3, 1, 1] },
      nodes: [node('Mul x,w > h'), node('Add h,w > y')],
    });
    expect({ params, kinds }).toEqual({ params: 3, kinds: ['parameter', 'mul', 'add'] });
  });

  test('seen in two shapes it is counted once as well', () => {
    const { params, kinds } = summary({
      weights: { w: [8] },
      integers: { axes: [1] },
      nodes: [node('Unsqueeze w,axes > v'), node('Mul x,v > h'), node('Add h,w > y')],
    });
    expect({ params, kinds }).toEqual({ params: 8, kinds: ['parameter', 'mul', 'reshape', 'add'] });
  });

  test('numbers in the formula are none', () => {
    const half = { tensor: { data_type: 1, dims: [], float_data: [0.5] } };
    const { params, kinds } = summary({
      nodes: [node('Constant > half', { value: half }), node('Mul x,half > h'), node('Add half,h > y')],
    });
    expect({ params, kinds }).toEqual({ params: 0, kinds: ['mul', 'add'] });
    expect(one('Sub x,w > y', {}, { weights: { w: [4, 1, 1] } })).toMatchObject({
      kinds: ['arithmetic'],
      params: 0,
    });
  });

  test('powers, sums of several, and reductions', () => {
    expect(one('Pow x,e > y', {}, { floats: { e: [2] } }).kinds).toEqual(['pow']);
    expect(one('Sum x,x,x > y').kinds).toEqual(['add']);
    expect(one('ReduceMean x > y', { axes: [2, 3], keepdims: 0 }).layers).toEqual(['reducemean1: mean 1×4']);
    expect(one('ReduceSum x,axes > y', {}, { integers: { axes: [-1] } }).layers).toEqual([
      'reducesum1: sum 1×4×8×1',
    ]);
    expect(one('ReduceMax x > y', { axes: [1] }).layers).toEqual(['reducemax1: amax 1×1×8×8']);
    expect(one('ReduceMin x > y', { axes: [2, 3], keepdims: 0 }).layers).toEqual(['reducemin1: amin 1×4']);
    expect(one('ReduceProd x > y', { axes: [1] })).toMatchObject({
      outputs: [[1, 1, 8, 8]],
      notCounted: ['1 × ReduceProd: operators of which only the shapes are known'],
    });
    expect(one('CumSum x,a > y', {}, { integers: { a: [1] } }).kinds).toEqual(['cumsum']);
    expect(one('CumSum x,a > y', { reverse: 1 }, { integers: { a: [1] } }).kinds).toEqual(['foreign']);
    expect(one('ArgMax x > y', { axis: 1, keepdims: 0 }).layers).toEqual(['argmax1: argmax 1×8×8']);
    expect(one('ArgMin x > y', { axis: 1 }).layers).toEqual(['argmin1: foreign 1×1×8×8']);
    expect(one('TopK x,k > y,i', { axis: 1 }, { integers: { k: [3] } }).layers).toEqual([
      'topk1: topk 1×3×8×8',
    ]);
  });

  test('the larger of two, and one of two by a condition', () => {
    expect(one('Max x,x > y').kinds).toEqual(['maximum']);
    expect(one('Min x,x > y').kinds).toEqual(['minimum']);
    expect(one('Max x,x,x > y').kinds).toEqual(['foreign']);
    const chosen = (text: string) =>
      summary({
        floats: { low: [-Infinity] },
        nodes: [node('Greater x,x > c'), node('Tanh x > t'), node(text)],
      }).kinds.at(-1);
    expect(chosen('Where c,x,t > y')).toBe('where');
    expect(chosen('Where c,low,t > y')).toBe('masked_fill');
    expect(chosen('Where c,t,low > y')).toBe('foreign');
  });
});

describe('shapes', () => {
  test.each<[string, Parameters<typeof node>[1], Partial<TestModel>, string[]]>([
    ['Flatten x > y', {}, {}, ['flatten 1×256']],
    ['Flatten x > y', { axis: 2 }, {}, ['reshape 4×64']],
    ['Reshape x,s > y', {}, { integers: { s: [0, -1] } }, ['flatten 1×256']],
    ['Reshape x,s > y', {}, { integers: { s: [1, 2, 2, 64] } }, ['reshape 1×2×2×64']],
    ['Reshape x,s > y', {}, { integers: { s: [-1, 8] } }, ['reshape 32×8']],
    ['Reshape x > y', { shape: [1, -1] }, { opset: 6 }, ['flatten 1×256']],
    ['Transpose x > y', { perm: [0, 2, 3, 1] }, {}, ['permute 1×8×8×4']],
    ['Squeeze x,a > y', {}, { integers: { a: [0] } }, ['squeeze 4×8×8']],
    ['Unsqueeze x > y', { axes: [0, 3] }, { opset: 11 }, ['unsqueeze 1×1×4×8×8', 'unsqueeze 1×1×4×1×8×8']],
    ['Concat x,x > y', { axis: 1 }, {}, ['concat 1×8×8×8']],
    ['Slice x,s,e,a > y', {}, { integers: { s: [1], e: [2 ** 53], a: [2] } }, ['slice 1×4×7×8']],
    ['Slice x > y', { starts: [0, -2], ends: [1, 8], axes: [0, 3] }, { opset: 9 }, ['slice 1×4×8×2']],
    ['Gather x,i > y', { axis: 1 }, { integers: { i: [1, 2] } }, ['slice 1×2×8×8']],
    ['Gather x,i > y', { axis: 1 }, { integers: { i: [2, 0] } }, ['constant 2', 'index 1×2×8×8']],
    ['Expand x,s > y', {}, { inputs: { x: [1, 4, 1] }, integers: { s: [2, 1, 4, 5] } }, ['expand 2×1×4×5']],
    ['Pad x,p > y', {}, { integers: { p: [0, 0, 1, 2, 0, 0, 3, 4] } }, ['zeropad2d 1×4×12×14']],
    ['Pad x > y', { mode: 'reflect', pads: [0, 0, 1, 1, 0, 0, 1, 1] }, {}, ['reflectionpad2d 1×4×10×10']],
    ['Resize x,_,s > y', { mode: 'linear' }, { floats: { s: [1, 1, 2, 2] } }, ['upsample 1×4×16×16']],
    ['Resize x,_,_,s > y', {}, { integers: { s: [1, 4, 5, 5] } }, ['upsample 1×4×5×5']],
    ['Upsample x,s > y', {}, { opset: 9, floats: { s: [1, 1, 3, 3] } }, ['upsample 1×4×24×24']],
    [
      'DepthToSpace x > y',
      { blocksize: 2 },
      {},
      ['reshape 1×2×2×1×8×8', 'permute 1×1×8×2×8×2', 'reshape 1×1×16×16'],
    ],
    ['Tile x,t > y', {}, { integers: { t: [1, 2, 1, 1] } }, ['tile 1×8×8×8']],
  ])('%s %o', (text, attributes, more, expected) => {
    const { layers, warnings } = one(text, attributes, more);
    expect(layers.map((layer) => layer.replace(/^.*: /, ''))).toEqual(expected);
    expect(warnings).toEqual([]);
  });

  test('parts are results of one layer', () => {
    const { layers, outputs } = summary({
      inputs: { x: [1, 4, 8, 8] },
      nodes: [node('Split x > a,b', { axis: 1 }), node('Concat b,a > y', { axis: 2 })],
    });
    expect(layers).toEqual(['split1: split 1×2×8×8', 'concat1: concat 1×2×16×8']);
    expect(outputs).toEqual([[1, 2, 16, 8]]);
  });

  test('rows of a table are an embedding', () => {
    const { layers, params } = summary({
      inputs: {},
      integerInputs: { ids: [1, 7] },
      weights: { table: [100, 16], w: [16, 100] },
      nodes: [node('Gather table,ids > h'), node('Transpose table > t'), node('MatMul h,t > y')],
    });
    expect(layers).toEqual(['gather1: embedding 1×7×16', 'matmul1: linear 1×7×100']);
    // The table is tied.
    expect(params).toBe(1600);
  });
});
