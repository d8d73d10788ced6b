import { GraphBuilder } from '../../dist/graph/builder.js';
import { INPUT } from '../../dist/graph/graph.js';
import { resolve } from '../../dist/graph/resolve.js';
import { elements } from '../../dist/core/arithmetic.js';
import { sameShape } from '../../dist/core/shape.js';
import { VggError } from '../../dist/core/errors/error.js';
import { layerKind } from '../../dist/layers/registry.js';
import { parseAttributes } from '../../dist/layers/shared/attributes.js';
import { present } from './present.mjs';

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
]);
/**
 * Whether a layer hands on the storage that comes in.
 * @param {string} kind
 * @param {{ p?: number, groups?: number }} attributes
 * @param {Shape} output
 */
const sameStorage = (kind, { p, groups }, [, channels]) =>
  ['identity', 'flatten', 'reshape'].includes(kind) ||
  p === 0 ||
  (kind === 'channel_shuffle' && (groups === 1 || groups === channels));

const INPLACE = ['relu', 'relu6', 'leaky_relu', 'silu', 'hardswish', 'hardsigmoid'];
const ACTIVATIONS = [...INPLACE, 'gelu', 'sigmoid', 'tanh'];

/**
 * A random network that PyTorch can train: branches, residual sums, products, concatenations, modules in modules,
 * layers in place wherever autograd allows it, tied weights.
 * @param {RandomNumbers} rng
 * @param {string} name
 * @returns {SomeNetwork}
 */
export function randomTrainable(rng, name) {
  for (;;) {
    const input = [rng.integer(2, 5), rng.integer(1, 6), rng.integer(8, 40), rng.integer(8, 40)];
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
        ? this.add('conv2d', { out_channels: classes, kernel_size: 1 }, [last])
        : this.inModule(rng.chance(0.5), 'head', () => this.head(last, classes));
    const { channels, height, width } = this.sizesOf(INPUT);
    return this.net.build({ name, source: 'spec', defaultInput: [channels, height, width] }, [
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
    if (inherited && !KEEPS_RESULT.has(kind)) this.free.add(path);
    return path;
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
      () => this.inModule(true, 'part', () => this.chain(x, depth - 1)),
    ];
    return rng.pick(depth > 0 && rng.chance(0.45) ? nested : leaf)();
  }

  /** @param {string} path */
  shapeOf(path) {
    return present(this.shapes.get(path), path);
  }

  /**
   * N, C, H and W.
   * @param {string} path
   */
  sizesOf(path) {
    const [count = 1, channels = 1, height = 1, width = 1] = this.shapeOf(path);
    return { count, channels, height, width };
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
    const { channels } = this.sizesOf(x);
    const out = rng.pick([4, 6, 8, 12, 16, 24, 32]);
    if (rng.chance(0.08)) {
      const attributes = { out_channels: out, kernel_size: rng.integer(1, 3), stride: rng.pick([1, 1, 2]) };
      return this.add('convtranspose2d', attributes, [x]);
    }
    const kernel = rng.pick([1, 3, 3, 3, 2, 4, 5, [1, 3]]);
    const same = rng.chance(0.25);
    const attributes = {
      out_channels: out,
      kernel_size: kernel,
      padding: same ? 'same' : rng.pick([0, 1]),
      stride: same ? 1 : rng.pick([1, 1, 1, 2]),
      bias: rng.chance(0.6),
      groups: rng.chance(0.2) && channels % 2 === 0 ? 2 : 1,
    };
    const path = this.add('conv2d', attributes, [x]);
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
    const { channels, height, width } = this.sizesOf(x);
    const groups = rng.pick([1, channels, channels % 2 === 0 ? 2 : 1]);
    const affine = rng.chance(0.85);
    return rng.pick([
      () => this.add('batchnorm2d', { affine, track_running_stats: rng.chance(0.9) }, [x]),
      () => this.add('batchnorm2d', {}, [x]),
      () => this.add('groupnorm', { num_groups: groups, affine }, [x]),
      () => {
        const shape = rng.pick([[width], [height, width], [channels, height, width]]);
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
    const { height, width } = this.sizesOf(x);
    if (Math.min(height, width) < 3) return this.noise(x);
    const sliding = { kernel_size: rng.pick([2, 3]), stride: rng.pick([1, 2, 2]), padding: rng.pick([0, 1]) };
    return rng.pick([
      () => this.add('maxpool2d', { ...sliding, ceil_mode: rng.chance(0.3) }, [x]),
      () => this.add('avgpool2d', { ...sliding, ceil_mode: rng.chance(0.3) }, [x]),
      () => this.add('adaptive_avgpool2d', { output_size: rng.pick([2, 3, [null, 4]]) }, [x]),
      () => this.add('adaptive_maxpool2d', { output_size: rng.pick([2, 3, [3, null]]) }, [x]),
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
    const { channels } = this.sizesOf(x);
    return rng.pick([
      () =>
        this.add(
          'upsample',
          { scale_factor: rng.pick([2, 1.5]), mode: rng.pick(['nearest', 'bilinear', 'bicubic']) },
          [x],
        ),
      () => this.add('zeropad2d', { padding: rng.pick([1, [0, 1, 2, 0]]) }, [x]),
      () => this.add('channel_shuffle', { groups: channels % 2 === 0 ? 2 : 1 }, [x]),
      () => {
        const { channels: c, height: h, width: w } = this.sizesOf(x);
        const flat = this.add('flatten', { start_dim: 2 }, [x]);
        const seen = rng.chance(0.5) ? this.activation(flat) : flat;
        return this.add('reshape', { shape: [c, h, w] }, [seen]);
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
    return this.add('conv2d', attributes, [x], { sharesWeightsOf: path });
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
    const { channels, height, width } = this.sizesOf(body);
    const resized = sameShape(this.imageOf(x), [height, width])
      ? x
      : this.add('adaptive_avgpool2d', { output_size: [height, width] }, [x]);
    const projected = this.add('conv2d', { out_channels: channels, kernel_size: 1, bias: rng.chance(0.5) }, [
      resized,
    ]);
    return rng.chance(0.5) ? this.add('batchnorm2d', {}, [projected]) : projected;
  }

  /**
   * Squeeze and excitation: the channels weighed by what the whole image says.
   * @param {string} x
   * @returns {string}
   */
  squeeze(x) {
    const { rng } = this;
    const { channels } = this.sizesOf(x);
    const free = this.free.has(x);
    const scale = this.inModule(rng.chance(0.7), 'excitation', () => {
      const pooled = this.add('adaptive_avgpool2d', { output_size: 1 }, [x]);
      const inner = this.add('conv2d', { out_channels: rng.integer(1, 6), kernel_size: 1 }, [pooled]);
      const wide = this.add('conv2d', { out_channels: channels, kernel_size: 1 }, [this.activation(inner)]);
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
      return this.shapeOf(first).length === 4 ? this.add('concat', {}, [first, ...fitting]) : first;
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
      features.push(this.add('conv2d', attributes, [this.activation(this.normalization(all))]));
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
    const { height, width } = this.sizesOf(x);
    if (rng.chance(0.5)) last = this.add('adaptive_avgpool2d', { output_size: rng.pick([1, 1, 2]) }, [last]);
    else if (height * width > 64) last = this.add('maxpool2d', { kernel_size: [2, 2] }, [last]);
    last = this.add('flatten', {}, [last]);
    if (rng.chance(0.4)) last = this.noise(last);
    if (rng.chance(0.6)) {
      last = this.activation(this.add('linear', { out_features: rng.integer(8, 64) }, [last]));
      if (rng.chance(0.5)) last = this.noise(last);
    }
    return this.add('linear', { out_features: classes, bias: rng.chance(0.8) }, [last]);
  }
}
