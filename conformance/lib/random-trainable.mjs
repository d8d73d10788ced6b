import { GraphBuilder } from '../../dist/graph/builder.js';
import { onlyInput, inputReference } from '../../dist/graph/graph.js';
import { resolve } from '../../dist/graph/resolve.js';
import { elements } from '../../dist/core/arithmetic.js';
import { sameShape } from '../../dist/core/shape.js';
import { VggError } from '../../dist/core/errors/error.js';
import { layerKind } from '../../dist/layers/registry.js';
import { parseAttributes } from '../../dist/layers/shared/attributes.js';
import { present } from './present.mjs';

const INPUT = inputReference({ name: 'input' });

/**
 * @import { RandomNumbers, SomeNetwork } from './types.ts'
 * @import { Shape } from '../../dist/core/shape.js'
 * @import { AddOptions } from '../../dist/graph/builder.js'
 */

/** Keeps what PyTorch traces small enough for many cases. */
const MAX_ELEMENTS = 400_000;

/** Kinds whose result the backward pass needs, so that nothing may overwrite it. */
export const KEEPS_RESULT = new Set([
  'relu',
  'leaky_relu',
  'elu',
  'selu',
  'celu',
  'rrelu',
  'sigmoid',
  'tanh',
  'softmax',
  'log_softmax',
  'exp',
  'sqrt',
  'rsqrt',
  'reciprocal',
  'amax',
  'amin',
  'std',
  'norm',
]);
/**
 * Whether a layer hands on the storage that comes in.
 * @param {string} kind
 * @param {{ p?: number, groups?: number }} attributes
 * @param {Shape} output
 */
const sameStorage = (kind, { p, groups }, [, channels]) =>
  ['identity', 'flatten', 'reshape', 'permute'].includes(kind) ||
  p === 0 ||
  (kind === 'channel_shuffle' && (groups === 1 || groups === channels));

const INPLACE = ['relu', 'relu6', 'leaky_relu', 'silu', 'hardswish', 'hardsigmoid'];
const ACTIVATIONS = [...INPLACE, 'gelu', 'sigmoid', 'tanh'];

/** The sides of sequences, images and volumes: their smallest and their largest. */
const SIDES = /** @type {const} */ ({ 1: [16, 200], 2: [8, 40], 3: [5, 12] });
/** The modes of `upsample` for them. */
const MODES = /** @type {Readonly<Record<number, string[]>>} */ ({
  1: ['nearest', 'linear'],
  2: ['nearest', 'bilinear', 'bicubic'],
  3: ['nearest', 'trilinear'],
});

/**
 * A random network that PyTorch can train: branches, residual sums, products, concatenations, modules in modules,
 * layers in place wherever autograd allows it, tied weights.
 * @param {RandomNumbers} rng
 * @param {string} name
 * @returns {SomeNetwork}
 */
export function randomTrainable(rng, name) {
  for (;;) {
    const rank = rng.pick(/** @type {const} */ ([1, 2, 2, 3]));
    const [least, most] = SIDES[rank];
    const size = Array.from({ length: rank }, () => rng.integer(least, most));
    const input = [rng.integer(2, 5), rng.integer(1, 6), ...size];
    try {
      const graph = new Grower(rng, input).grow(name);
      return { graph, resolved: resolve(graph, input) };
    } catch (error) {
      // A window larger than what is left of the image, and the like: another draw.
      if (!(error instanceof VggError)) throw error;
    }
  }
}

class Grower {
  /**
   * @param {RandomNumbers} rng
   * @param {Shape} input
   */
  constructor(rng, input) {
    this.rng = rng;
    this.rank = input.length - 2;
    this.net = new GraphBuilder();
    this.shapes = new Map([[INPUT, input]]);
    /**
     * Values that may be overwritten: nobody else reads them and nothing is kept of them.
     * @type {Set<string>}
     */
    this.free = new Set();
    this.prefix = '';
    this.count = 0;
    /**
     * Convolutions that another layer may share.
     * @type {{ path: string, attributes: object, input: Shape }[]}
     */
    this.owners = [];
  }

  /** @param {string} name */
  grow(name) {
    const { rng } = this;
    let last = INPUT;
    /** @type {string | undefined} */
    let auxiliary;
    const blocks = rng.integer(2, 5);
    for (let i = 0; i < blocks; i++) {
      last = this.inModule(rng.chance(0.7), 'block', () => this.chain(last, 2));
      if (i === 1 && rng.chance(0.2)) auxiliary = last;
    }
    const classes = rng.integer(2, 12);
    /** @type {string[]} */
    const outputs = [];
    if (auxiliary !== undefined) {
      this.free.delete(auxiliary);
      this.net.trainingOnly = true;
      outputs.push(this.inModule(true, 'aux', () => this.head(auxiliary, classes)));
      this.net.trainingOnly = false;
    }
    // Scores of every pixel, or of the image.
    const main =
      auxiliary === undefined && rng.chance(0.15)
        ? this.addOfRank('conv', { out_channels: classes, kernel_size: 1 }, [last])
        : this.inModule(rng.chance(0.5), 'head', () => this.head(last, classes));
    return this.net.build({ name, source: 'spec', inputs: onlyInput(this.shapeOf(INPUT).slice(1)) }, [
      main,
      ...outputs,
    ]);
  }

  /**
   * Layers added meanwhile lie in a module of their own.
   * @param {boolean} wanted
   * @param {string} stem
   * @param {() => string} add
   */
  inModule(wanted, stem, add) {
    if (!wanted) return add();
    const outer = this.prefix;
    this.prefix += `${stem}${++this.count}.`;
    const last = add();
    this.prefix = outer;
    return last;
  }

  /**
   * @param {string} kind
   * @param {object} attributes
   * @param {readonly string[]} from
   * @param {AddOptions} [options]
   */
  add(kind, attributes, from, options = {}) {
    const layer = layerKind(kind);
    const path = `${this.prefix}${kind}${++this.count}`;
    const parsed = parseAttributes(layer, attributes);
    const inputs = from.map((source) => this.shapeOf(source));
    const output = layer.shape({ attributes: parsed, inputs });
    if (elements(output) > MAX_ELEMENTS) throw new VggError('too-large', { what: 'this test' });
    this.net.add(path, layer, attributes, { from, ...options });
    this.shapes.set(path, output);
    const inherited = sameStorage(kind, parsed, output) ? from.some((source) => this.free.has(source)) : true;
    for (const source of from) this.free.delete(source);
    if (inherited && !KEEPS_RESULT.has(kind) && from.length > 0) this.free.add(path);
    return path;
  }

  /**
   * The kind of as many dimensions as the input has.
   * @param {string} kind
   * @param {object} attributes
   * @param {readonly string[]} from
   * @param {AddOptions} [options]
   */
  addOfRank(kind, attributes, from, options) {
    return this.add(`${kind}${this.rank}d`, attributes, from, options);
  }

  /**
   * A number for each axis: the first of these, over and over.
   * @template T
   * @param {readonly T[]} values
   */
  each(...values) {
    return Array.from({ length: this.rank }, (_, axis) => present(values[axis % values.length], 'value'));
  }

  /**
   * @param {string} from
   * @param {number} depth
   * @returns {string}
   */
  chain(from, depth) {
    const { rng } = this;
    const length = rng.integer(1, 4);
    let last = from;
    for (let i = 0; i < length; i++) last = this.element(last, depth);
    return last;
  }

  /**
   * @param {string} x
   * @param {number} depth
   * @returns {string}
   */
  element(x, depth) {
    const { rng } = this;
    const leaf = [
      () => this.convolution(x),
      () => this.convolution(x),
      () => this.activation(this.convolution(x)),
      () => this.activation(this.normalization(this.convolution(x))),
      () => this.activation(x),
      () => this.normalization(x),
      () => this.pool(x),
      () => this.noise(x),
      () => this.resize(x),
      () => this.shared(x),
    ];
    const nested = [
      () => this.residual(x, depth - 1),
      () => this.residual(x, depth - 1),
      () => this.squeeze(x),
      () => this.concatenation(x, depth - 1),
      () => this.dense(x),
      () => this.product(x),
      () => this.lastNormalized(x),
      () => this.halved(x),
      () => this.scaled(x),
      () => this.inModule(true, 'part', () => this.chain(x, depth - 1)),
    ];
    return rng.pick(depth > 0 && rng.chance(0.45) ? nested : leaf)();
  }

  /** @param {string} path */
  shapeOf(path) {
    return present(this.shapes.get(path), path);
  }

  /** @param {string} path */
  channelsOf(path) {
    return present(this.shapeOf(path)[1], path);
  }

  /** @param {string} path */
  imageOf(path) {
    return this.shapeOf(path).slice(2);
  }

  /**
   * @param {string} x
   * @returns {string}
   */
  convolution(x) {
    const { rng } = this;
    const channels = this.channelsOf(x);
    const out = rng.pick([4, 6, 8, 12, 16, 24, 32]);
    if (rng.chance(0.08)) {
      const attributes = { out_channels: out, kernel_size: rng.integer(1, 3), stride: rng.pick([1, 1, 2]) };
      return this.addOfRank('convtranspose', attributes, [x]);
    }
    const kernel = rng.pick([1, 3, 3, 3, 2, 4, 5, this.each(1, 3)]);
    const same = rng.chance(0.25);
    const attributes = {
      out_channels: out,
      kernel_size: kernel,
      padding: same ? 'same' : rng.pick([0, 1]),
      stride: same ? 1 : rng.pick([1, 1, 1, 2]),
      bias: rng.chance(0.6),
      groups: rng.chance(0.2) && channels % 2 === 0 ? 2 : 1,
    };
    const path = this.addOfRank('conv', attributes, [x]);
    this.owners.push({ path, attributes, input: this.shapeOf(x) });
    return path;
  }

  /**
   * @param {string} x
   * @returns {string}
   */
  activation(x) {
    const { rng } = this;
    if (this.free.has(x) && rng.chance(0.5)) return this.add(rng.pick(INPLACE), { inplace: true }, [x]);
    return this.add(rng.pick(ACTIVATIONS), {}, [x]);
  }

  /**
   * @param {string} x
   * @returns {string}
   */
  normalization(x) {
    const { rng } = this;
    const channels = this.channelsOf(x);
    const groups = rng.pick([1, channels, channels % 2 === 0 ? 2 : 1]);
    const affine = rng.chance(0.85);
    return rng.pick([
      () => this.addOfRank('batchnorm', { affine, track_running_stats: rng.chance(0.9) }, [x]),
      () => this.addOfRank('batchnorm', {}, [x]),
      // PyTorch takes no means of single pixels.
      () =>
        this.imageOf(x).every((side) => side === 1)
          ? this.addOfRank('batchnorm', {}, [x])
          : this.addOfRank('instancenorm', { affine, track_running_stats: rng.chance(0.3) }, [x]),
      () => this.add('groupnorm', { num_groups: groups, affine }, [x]),
      () => {
        const shape = this.shapeOf(x).slice(-rng.integer(1, this.rank + 1));
        return this.add('layernorm', { normalized_shape: shape, elementwise_affine: affine }, [x]);
      },
      () => this.add('local_response_norm', { size: rng.integer(1, 5) }, [x]),
    ])();
  }

  /**
   * @param {string} x
   * @returns {string}
   */
  pool(x) {
    const { rng } = this;
    if (Math.min(...this.imageOf(x)) < 3) return this.noise(x);
    const sliding = { kernel_size: rng.pick([2, 3]), stride: rng.pick([1, 2, 2]), padding: rng.pick([0, 1]) };
    return rng.pick([
      () => this.addOfRank('maxpool', { ...sliding, ceil_mode: rng.chance(0.3) }, [x]),
      () => this.addOfRank('avgpool', { ...sliding, ceil_mode: rng.chance(0.3) }, [x]),
      () =>
        this.addOfRank(
          'adaptive_avgpool',
          { output_size: rng.pick([2, 3, this.rank === 1 ? 4 : this.each(null, 4)]) },
          [x],
        ),
      () =>
        this.addOfRank(
          'adaptive_maxpool',
          { output_size: rng.pick([2, 3, this.rank === 1 ? 4 : this.each(3, null)]) },
          [x],
        ),
    ])();
  }

  /**
   * @param {string} x
   * @returns {string}
   */
  noise(x) {
    const { rng } = this;
    return rng.pick([
      () =>
        this.add('dropout', { p: rng.pick([0.5, 0.2, 0, 1]), inplace: this.free.has(x) && rng.chance(0.5) }, [
          x,
        ]),
      () =>
        this.addOfRank(
          'dropout',
          { p: rng.pick([0.5, 0, 1]), inplace: this.free.has(x) && rng.chance(0.5) },
          [x],
        ),
      () => this.add('stochastic_depth', { p: rng.pick([0.2, 0]), mode: rng.pick(['row', 'batch']) }, [x]),
      () => this.add('identity', {}, [x]),
      () => this.add('softmax', { dim: 1 }, [x]),
    ])();
  }

  /**
   * @param {string} x
   * @returns {string}
   */
  resize(x) {
    const { rng } = this;
    const channels = this.channelsOf(x);
    return rng.pick([
      () =>
        this.add(
          'upsample',
          { scale_factor: rng.pick([2, 1.5]), mode: rng.pick(present(MODES[this.rank], 'modes')) },
          [x],
        ),
      () =>
        this.addOfRank('zeropad', { padding: rng.pick([1, [0, 1, 2, 0, 1, 1].slice(0, 2 * this.rank)]) }, [
          x,
        ]),
      () => this.addOfRank(rng.pick(['reflectionpad', 'replicationpad', 'circularpad']), { padding: 1 }, [x]),
      () => this.add('channel_shuffle', { groups: channels % 2 === 0 ? 2 : 1 }, [x]),
      () => {
        const [, ...shape] = this.shapeOf(x);
        const flat = this.add('flatten', { start_dim: 2 }, [x]);
        const seen = rng.chance(0.5) ? this.activation(flat) : flat;
        return this.add('reshape', { shape }, [seen]);
      },
    ])();
  }

  /**
   * An earlier convolution again, where the channels fit.
   * @param {string} x
   * @returns {string}
   */
  shared(x) {
    const { rng } = this;
    const fitting = this.owners.filter(({ input }) => input[1] === this.shapeOf(x)[1]);
    if (fitting.length === 0) return this.convolution(x);
    const { path, attributes } = rng.pick(fitting);
    return this.addOfRank('conv', attributes, [x], { sharesWeightsOf: path });
  }

  /**
   * @param {string} x
   * @param {number} depth
   * @returns {string}
   */
  residual(x, depth) {
    const { rng } = this;
    return this.inModule(rng.chance(0.7), 'residual', () => {
      this.free.delete(x);
      const body = this.inModule(rng.chance(0.3), 'body', () => this.chain(this.keptOpen(x), depth));
      const fits = sameShape(this.shapeOf(body), this.shapeOf(x));
      const shortcut = fits ? x : this.projection(x, body);
      if (body === shortcut) return body;
      const inplace = this.free.has(body) && rng.chance(0.5);
      const sum = this.add('add', { inplace }, [body, shortcut]);
      return rng.chance(0.6) ? this.activation(sum) : sum;
    });
  }

  /**
   * A value with several readers: the first layer must not write over it.
   * @param {string} x
   * @returns {string}
   */
  keptOpen(x) {
    this.free.delete(x);
    return x;
  }

  /**
   * A shortcut that brings `x` to the shape of `body`.
   * @param {string} x
   * @param {string} body
   */
  projection(x, body) {
    const { rng } = this;
    const [channels, output_size] = [this.channelsOf(body), this.imageOf(body)];
    const resized = sameShape(this.imageOf(x), output_size)
      ? x
      : this.addOfRank('adaptive_avgpool', { output_size }, [x]);
    const projected = this.addOfRank(
      'conv',
      { out_channels: channels, kernel_size: 1, bias: rng.chance(0.5) },
      [resized],
    );
    return rng.chance(0.5) ? this.addOfRank('batchnorm', {}, [projected]) : projected;
  }

  /**
   * Squeeze and excitation: the channels weighed by what the whole image says.
   * @param {string} x
   * @returns {string}
   */
  squeeze(x) {
    const { rng } = this;
    const channels = this.channelsOf(x);
    const free = this.free.has(x);
    const scale = this.inModule(rng.chance(0.7), 'excitation', () => {
      const pooled = this.addOfRank('adaptive_avgpool', { output_size: 1 }, [x]);
      const inner = this.addOfRank('conv', { out_channels: rng.integer(1, 6), kernel_size: 1 }, [pooled]);
      const wide = this.addOfRank('conv', { out_channels: channels, kernel_size: 1 }, [
        this.activation(inner),
      ]);
      return this.add(rng.pick(['sigmoid', 'hardsigmoid']), {}, [wide]);
    });
    const inplace = free && rng.chance(0.5);
    return this.add('mul', { inplace }, inplace || rng.chance(0.5) ? [x, scale] : [scale, x]);
  }

  /**
   * @param {string} x
   * @returns {string}
   */
  product(x) {
    const { rng } = this;
    this.free.delete(x);
    const gate = this.add(rng.pick(['sigmoid', 'gelu', 'tanh']), {}, [x]);
    return this.add('mul', {}, rng.chance(0.5) ? [x, gate] : [gate, x]);
  }

  /**
   * Channels moved last, normalized and mixed there, and moved back.
   * @param {string} x
   * @returns {string}
   */
  lastNormalized(x) {
    const { rng } = this;
    const axes = this.shapeOf(x).map((_, axis) => axis);
    const last = this.add('permute', { dims: [0, ...axes.slice(2), 1] }, [x]);
    const normal = rng.chance(0.6) ? this.add('layernorm', {}, [last]) : last;
    const mixed = this.add('linear', { out_features: this.channelsOf(x), bias: rng.chance(0.7) }, [normal]);
    const seen = rng.chance(0.5) ? this.activation(mixed) : mixed;
    return this.add('permute', { dims: [0, axes.length - 1, ...axes.slice(1, -1)] }, [seen]);
  }

  /**
   * One half of the channels gated by the other.
   * @param {string} x
   * @returns {string}
   */
  halved(x) {
    const { rng } = this;
    if (this.channelsOf(x) % 2 === 1) return this.convolution(x);
    const path = this.add('chunk', { chunks: 2, dim: 1 }, [x]);
    const other = `${path}:1`;
    this.shapes.set(other, this.shapeOf(path));
    this.free.delete(path);
    if (rng.chance(0.1)) return other;
    const gate = this.add(rng.pick(['sigmoid', 'gelu', 'tanh']), {}, [rng.chance(0.5) ? path : other]);
    return rng.chance(0.5)
      ? this.add('mul', {}, [path, gate])
      : this.add('concat', {}, rng.chance(0.5) ? [gate, other] : [other, gate]);
  }

  /**
   * Each channel times a number that is learned.
   * @param {string} x
   * @returns {string}
   */
  scaled(x) {
    const { rng } = this;
    const sides = this.imageOf(x).map(() => 1);
    const shape = [this.channelsOf(x), ...sides];
    const scale = this.add(
      'parameter',
      { shape: rng.chance(0.5) ? shape : [1, ...shape], value: 1, std: 0.1 },
      [],
    );
    return this.add('mul', {}, rng.chance(0.5) ? [x, scale] : [scale, x]);
  }

  /**
   * @param {string} x
   * @param {number} depth
   * @returns {string}
   */
  concatenation(x, depth) {
    const { rng } = this;
    return this.inModule(rng.chance(0.7), 'mixed', () => {
      this.free.delete(x);
      const branches = Array.from({ length: rng.integer(2, 3) }, (_, i) =>
        this.inModule(rng.chance(0.5), `branch${i + 1}_`, () => this.chain(this.keptOpen(x), depth)),
      );
      const [first = x, ...others] = branches;
      const fitting = others.map((branch) =>
        sameShape(this.imageOf(branch), this.imageOf(first))
          ? branch
          : this.add('upsample', { size: [...this.imageOf(first)] }, [branch]),
      );
      return this.add('concat', {}, [first, ...fitting]);
    });
  }

  /**
   * Each layer reads all that was computed before it.
   * @param {string} x
   * @returns {string}
   */
  dense(x) {
    const { rng } = this;
    const features = [this.keptOpen(x)];
    for (let i = rng.integer(1, 3); i > 0; i--) {
      const all = features.length === 1 ? x : this.add('concat', {}, features);
      const attributes = { out_channels: rng.integer(2, 6), kernel_size: 3, padding: 1 };
      features.push(this.addOfRank('conv', attributes, [this.activation(this.normalization(all))]));
    }
    return this.add('concat', {}, features);
  }

  /**
   * @param {string} x
   * @param {number} classes
   */
  head(x, classes) {
    const { rng } = this;
    let last = x;
    const pixels = this.imageOf(x).reduce((a, b) => a * b, 1);
    if (rng.chance(0.5))
      last = this.addOfRank('adaptive_avgpool', { output_size: rng.pick([1, 1, 2]) }, [last]);
    else if (pixels > 64) last = this.addOfRank('maxpool', { kernel_size: 2 }, [last]);
    last = this.add('flatten', {}, [last]);
    if (rng.chance(0.4)) last = this.noise(last);
    if (rng.chance(0.6)) {
      last = this.activation(this.add('linear', { out_features: rng.integer(8, 64) }, [last]));
      if (rng.chance(0.5)) last = this.noise(last);
    }
    return this.add('linear', { out_features: classes, bias: rng.chance(0.8) }, [last]);
  }
}
