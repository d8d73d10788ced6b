import { present } from './present.mjs';

/**
 * Random arguments for a layer kind, drawn from its own schema: what it takes, how small or large, what may be left
 * out. Where a blind draw would almost never fit the tensor that comes in, the argument's name (PyTorch's, and the
 * same for every kind) says what to aim at. Some draws miss on purpose.
 */
export function randomAttributes(layer, shape, rng) {
  const attributes = {};
  for (const [name, schema] of Object.entries(layer.attributes.def.shape)) {
    if (schema._zod.optin !== undefined && rng.chance(SELDOM.has(name) ? 0.85 : 0.4)) continue;
    const aimed = AIMED[name];
    const blind = aimed === undefined || rng.chance(MISS);
    const value = blind ? fromSchema(schema, rng) : aimed({ kind: layer.kind, shape, attributes, rng });
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}

/** How often an argument that could be aimed is drawn blindly. */
const MISS = 0.04;

/** What must equal the tensor that comes in is mostly left to inference, as people do. */
const SELDOM = new Set([
  'in_channels',
  'in_features',
  'input_size',
  'kdim',
  'vdim',
  'num_features',
  'num_channels',
  'divisor_override',
  'align_corners',
  'dilation',
]);

/** Spatial axes of what comes in; of features, as many as an image has. */
const axesOf = (shape) => (shape.length > 2 ? shape.length - 2 : 2);
/** One number for all axes, or one for each. */
const orEach = ({ rng, shape }, draw) =>
  rng.chance(0.5) ? draw() : Array.from({ length: axesOf(shape) }, draw);
const divisors = (n) => Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
/** Mostly what comes in, sometimes one more. */
const nearly = (rng, size) => (rng.chance(0.85) ? size : size + 1);
const dividing = ({ shape, rng }) => rng.pick(divisors(shape[1]));

const AIMED = {
  in_channels: ({ shape, rng }) => nearly(rng, shape[1]),
  in_features: ({ shape, rng }) => nearly(rng, shape.at(-1)),
  input_size: ({ shape, rng }) => nearly(rng, shape.at(-1)),
  num_features: ({ shape, rng }) => nearly(rng, shape[1]),
  num_channels: ({ shape, rng }) => nearly(rng, shape[1]),
  groups: dividing,
  num_groups: dividing,
  embed_dim: ({ shape, rng }) => nearly(rng, shape.at(-1)),
  num_heads: ({ shape, rng }) => rng.pick(divisors(shape.at(-1))),
  kdim: ({ shape, rng }) => nearly(rng, shape.at(-1)),
  vdim: ({ shape, rng }) => nearly(rng, shape.at(-1)),
  // Drawn before the groups, so that highly composite numbers fit most of them.
  out_channels: ({ rng }) => rng.pick([1, 2, 3, 4, 6, 8, 12, 16, 24]),
  out_features: ({ rng }) => rng.integer(1, 24),
  kernel_size: (call) => orEach(call, () => call.rng.integer(1, 5)),
  stride: (call) => orEach(call, () => call.rng.pick([1, 1, 2, 2, 3])),
  dilation: (call) => orEach(call, () => call.rng.integer(1, 3)),
  padding: ({ rng, attributes, shape }) => paddingFor(rng, attributes, shape),
  output_padding: (call) => orEach(call, () => call.rng.pick([0, 0, 1])),
  output_size: ({ rng, shape }) => {
    const side = (size) => rng.pick([1, 2, 3, 7, size + 1, null]);
    return rng.chance(0.4) ? rng.integer(1, 8) : shape.slice(2).map(side);
  },
  normalized_shape: ({ rng, shape }) => {
    const tail = shape.slice(-rng.integer(1, shape.length - 1));
    return rng.chance(0.85) ? tail : tail.map((size, i) => size + (i === 0 ? 1 : 0));
  },
  shape: ({ rng, shape }) => reshaped(rng, shape.slice(1)),
  dims: ({ kind, rng, shape }) => {
    if (kind === 'tile') {
      const times = shape.map(() => rng.pick([1, 1, 1, 2, 3]));
      return rng.chance(0.1) ? [2, ...times] : rng.chance(0.1) ? times.slice(1) : times;
    }
    const left = shape.map((_, axis) => axis);
    const order = shape.map(() => present(left.splice(rng.integer(0, left.length - 1), 1)[0], 'axis'));
    return rng.chance(0.9)
      ? order.map((axis) => (rng.chance(0.2) ? axis - shape.length : axis))
      : order.slice(1);
  },
  dim0: ({ rng, shape }) => rng.integer(-shape.length, shape.length - 1),
  dim1: ({ rng, shape }) => rng.integer(-shape.length, shape.length - 1),
  k: ({ rng }) => rng.integer(1, 4),
  num_classes: ({ rng }) => rng.integer(1, 9),
  upscale_factor: ({ rng }) => rng.pick([1, 2, 2, 3]),
  downscale_factor: ({ rng, shape }) => rng.pick(divisors(shape.at(-1) ?? 1)),
  equation: ({ rng, shape }) => {
    const own = 'abcdefgh'.slice(0, shape.length);
    if (own === '') return '->';
    const letter = () => rng.pick([...own]);
    const [renamed, gone] = [letter(), letter()];
    if (rng.chance(0.5)) return `${own}->${own.replace(gone, '')}`;
    return `${own},${own.replace(renamed, 'z')}->${own.replace(gone, 'z')}`;
  },
  chunks: ({ rng }) => rng.integer(1, 4),
  split_size_or_sections: ({ rng, shape }) => {
    const [first = 1] = shape;
    if (rng.chance(0.6) || first < 2) return rng.integer(1, 4);
    const cut = rng.integer(1, first - 1);
    return rng.chance(0.85) ? [cut, first - cut] : [cut, first];
  },
  start_dim: ({ rng, shape }) => rng.integer(-shape.length, shape.length - 1),
  end_dim: ({ rng, shape }) => rng.integer(-shape.length, shape.length - 1),
  index: ({ rng, shape: [size = 1] }) => rng.integer(-size, size - 1),
  start: ({ rng }) => rng.integer(-3, 2),
  // In place of a second input, which most kinds take as well.
  other: ({ rng, kind }) => (kind === 'rsub' || rng.chance(0.3) ? rng.pick([-1, 0.5, 2]) : undefined),
  values: () => undefined,
  shift_size: ({ rng }) => [rng.integer(0, 3), rng.integer(0, 3)],
  window_size: ({ rng }) => [rng.integer(1, 6), rng.integer(1, 6)],
  shifts: ({ rng, shape }) => shape.map(() => rng.integer(-9, 9)),
  pad: ({ rng, shape }) => Array.from({ length: 2 * rng.integer(1, shape.length) }, () => rng.integer(-1, 2)),
  end: ({ rng }) => rng.pick([null, -1, 3, 5, 99]),
  dim: ({ rng, shape }) => rng.integer(-shape.length, shape.length - 1),
  scale_factor: (call) =>
    call.attributes.size === undefined
      ? orEach(call, () => call.rng.pick([0.5, 1, 1.5, 2, 2.5, 3]))
      : undefined,
  size: (call) =>
    call.kind === 'expand'
      ? stretched(call)
      : 'scale_factor' in call.attributes
        ? undefined
        : orEach(call, () => call.rng.integer(1, 9)),
};

/** Sizes of 1 repeated, the others kept by their number or by -1, now and then one too many. */
function stretched({ rng, shape }) {
  const sizes = shape.map((size) =>
    size === 1 ? rng.integer(1, 3) : rng.chance(0.5) ? -1 : nearly(rng, size),
  );
  return rng.chance(0.2) ? [rng.integer(1, 2), ...sizes] : sizes;
}

/** Half a window at most for pools; convolutions take more and words; borders take two sides of each axis. */
function paddingFor(rng, { kernel_size: kernel, stride }, shape) {
  if (kernel === undefined) {
    return rng.chance(0.5)
      ? rng.integer(0, 3)
      : Array.from({ length: 2 * axesOf(shape) }, () => rng.integer(-1, 3));
  }
  // Words are for convolutions, and `same` for those that do not stride; elsewhere they are mistakes.
  if (shape.length > 2 && rng.chance(stride === undefined ? 0.3 : 0.05)) return rng.pick(['same', 'valid']);
  const half = (side) => rng.integer(0, Math.floor(side / 2) + (rng.chance(0.05) ? 1 : 0));
  return typeof kernel === 'number' ? half(kernel) : kernel.map(half);
}

/** Another arrangement of the same elements, sometimes with an open size, sometimes of too many. */
function reshaped(rng, sizes) {
  const total = sizes.reduce((a, b) => a * b, 1);
  const first = rng.pick(divisors(total));
  const second = rng.pick(divisors(total / first));
  const whole = [first, second, total / first / second].slice(0, 3);
  if (rng.chance(0.1)) return [...whole.slice(1), whole[0] + 1];
  return rng.chance(0.5) ? whole.with(rng.integer(0, 2), -1) : whole;
}

function fromSchema(schema, rng) {
  const { def } = schema._zod;
  switch (def.type) {
    case 'number':
      return 'format' in def ? wholeNumber(def, rng) : rng.pick([0, 0.1, 0.25, 0.5, 1, 2]);
    case 'boolean':
      return rng.chance(0.5);
    case 'enum':
      return rng.pick(Object.values(def.entries));
    case 'string':
      return rng.pick(['', 'a', 'ab->ba', 'a,b']);
    case 'literal':
      return rng.pick(def.values);
    case 'array':
      return Array.from({ length: rng.integer(1, 3) }, () => fromSchema(def.element, rng));
    case 'tuple':
      return def.items.map((item) => fromSchema(item, rng));
    case 'union':
      return fromSchema(rng.pick(def.options), rng);
    case 'nullable':
      return rng.chance(0.3) ? null : fromSchema(def.innerType, rng);
    case 'optional':
    case 'default':
      return fromSchema(def.innerType, rng);
    case 'pipe':
      return fromSchema(def.in, rng);
    default:
      throw new Error(`no values are known for a schema of type ${def.type}`);
  }
}

/** From the schema's least value up; sometimes just below it. */
function wholeNumber(def, rng) {
  const bounds = (def.checks ?? []).map((check) => check._zod.def);
  const least = Math.max(bounds.find(({ check }) => check === 'greater_than')?.value ?? -3, -3);
  return rng.chance(0.1) ? least - 1 : rng.integer(least, least + 4);
}
