/**
 * What `measure.py` found on one machine, and how an estimate compares with it. Nothing here reads or runs anything.
 */

/** The tensor model against requested bytes, and the total against allocated bytes. */
export const TENSOR_BOUND = 0.02;
export const TOTAL_BOUND = 0.1;

const DTYPES = ['float32', 'float16', 'bfloat16', 'amp'];
const OPTIMIZERS = ['sgd', 'momentum', 'adam', 'adamw'];

const text = (value) => typeof value === 'string' && value !== '';
const textOrNull = (value) => value === null || text(value);
const flag = (value) => typeof value === 'boolean';
const whole = (value) => Number.isSafeInteger(value) && value >= 0;
const positive = (value) => whole(value) && value > 0;
const list = (length, of) => (value) => Array.isArray(value) && value.length === length && value.every(of);
const oneOf = (choices) => (value) => choices.includes(value);
const record = (fields) => fields;

/** The peaks of CUDA's caching allocator over one step, and what libraries had borrowed of that. */
const FIGURES = record({
  requestedBytes: positive,
  allocatedBytes: positive,
  reservedBytes: positive,
  scratchBytes: whole,
});

const ENTRY = record({
  network: text,
  ratio: positive,
  input: list(4, positive),
  dtype: oneOf(DTYPES),
  optimizer: oneOf(OPTIMIZERS),
  weightDecay: flag,
  foreach: flag,
});

const MEASURED = record({ training: record({ firstStep: FIGURES, steady: FIGURES }), inference: FIGURES });

const COMMON = { pytorch: text, python: text };

const MACHINES = {
  cpu: record({ device: text, ...COMMON }),
  cuda: record({
    device: text,
    gpu: text,
    capability: list(2, whole),
    totalBytes: positive,
    outsideAllocatorBytes: whole,
    driver: text,
    cuda: text,
    cudnn: positive,
    ...COMMON,
  }),
};

const SETTINGS = record({
  CUBLAS_WORKSPACE_CONFIG: textOrNull,
  CUBLASLT_WORKSPACE_SIZE: textOrNull,
  PYTORCH_CUDA_ALLOC_CONF: textOrNull,
  cudnnBenchmark: flag,
  cudnnDeterministic: flag,
  cudnnTf32: flag,
  matmulTf32: flag,
});

/**
 * The measurements in a file's text. Throws an error that names the file and the first part that is not as it must be:
 * missing, unknown, or not what its name says.
 */
export function readMeasurements(file, content) {
  let found;
  try {
    found = JSON.parse(content);
  } catch (error) {
    throw new Error(`${file} is no JSON: ${error.message}`);
  }
  const check = (what, value, fields) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(what, value);
    for (const key of Object.keys(value))
      if (!(key in fields)) throw new Error(`${file}: ${what}.${key} is unknown`);
    for (const [key, holds] of Object.entries(fields)) {
      const at = what === '' ? key : `${what}.${key}`;
      if (typeof holds === 'object') check(at, value[key], holds);
      else if (!holds(value[key])) fail(at, value[key]);
    }
  };
  const fail = (what, value) => {
    throw new Error(
      `${file}: ${what} is ${value === undefined ? 'missing' : `wrong: ${JSON.stringify(value)}`}`,
    );
  };
  const object = (value) => typeof value === 'object' && value !== null;
  check('', found, { machine: object, settings: object, records: Array.isArray });
  const { device } = found.machine;
  if (!Object.hasOwn(MACHINES, device)) fail('machine.device', device);
  check('machine', found.machine, MACHINES[device]);
  check('settings', found.settings, SETTINGS);
  if (found.records.length === 0) throw new Error(`${file}: records is empty`);
  found.records.forEach((one, i) => {
    const fields = one?.outOfMemory === undefined ? MEASURED : { outOfMemory: (value) => value === true };
    check(`records[${i}]`, one, { ...ENTRY, ...fields });
  });
  return found;
}

/**
 * One line for each figure of each record, the largest error first: `{ name, figure, ours, theirs, error, bound, holds }`,
 * bytes, `error` relative to what was measured. `estimate` gives the memory of a record's network and options, as in
 * the JSON's `memory`.
 */
export function compareMeasurements({ machine, records }, estimate) {
  const lines = records.flatMap((one) => {
    const { training, inference } = estimate(one);
    const name = nameOf(one);
    if (one.outOfMemory) {
      // What did not fit must not have been promised.
      const [ours, theirs] = [training.deviceBytes.high, machine.totalBytes];
      const error = Math.min(0, ours / theirs - 1);
      return [{ name, figure: 'out of memory', ours, theirs, error, bound: 0, holds: error === 0 }];
    }
    return [
      tensors(name, 'first step, tensors', training.firstStepPeakBytes, one.training.firstStep),
      tensors(name, 'training, tensors', training.peakBytes, one.training.steady),
      tensors(name, 'inference, tensors', inference.peakBytes, one.inference),
      total(name, 'training, total', training, one.training.steady),
      total(name, 'inference, total', inference, one.inference),
    ];
  });
  return lines.sort((a, b) => Math.abs(b.error) - Math.abs(a.error));
}

const nameOf = ({ network, ratio, input, dtype, optimizer, weightDecay }) =>
  [
    network,
    ...(ratio > 1 ? [`/${ratio}`] : []),
    input.join('×'),
    dtype,
    optimizer + (weightDecay ? '+wd' : ''),
  ].join(' ');

/** What was requested, less what libraries had borrowed of it, is tensors. */
function tensors(name, figure, ours, { requestedBytes, scratchBytes }) {
  const theirs = requestedBytes - scratchBytes;
  return line(name, figure, ours, theirs, ours / theirs - 1, TENSOR_BOUND);
}

/** Tensors and workspaces are a range; the error is the distance to its nearer end. */
function total(name, figure, { peakBytes, deviceBytes: { workspace } }, { allocatedBytes }) {
  const [low, high] = workspace.map((bytes) => peakBytes + bytes);
  const ours = Math.min(Math.max(allocatedBytes, low), high);
  return line(name, figure, ours, allocatedBytes, ours / allocatedBytes - 1, TOTAL_BOUND);
}

const line = (name, figure, ours, theirs, error, bound) => ({
  name,
  figure,
  ours,
  theirs,
  error,
  bound,
  holds: Math.abs(error) <= bound,
});

/** `2.31 %  ours 123, measured 120: vgg11 8×1×224×224 float32 sgd, training, tensors` */
export const lineText = ({ name, figure, ours, theirs, error, holds }) =>
  `${(100 * error).toFixed(2)} %${holds ? '' : ' (too much)'}  ours ${ours}, measured ${theirs}: ${name}, ${figure}`;
