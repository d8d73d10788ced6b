/**
 * What we predict for the rows of others' measurements. Nothing here reads or runs anything: `own` are the functions of
 * the analysis, and `graphOf` gives the network of a row, or undefined where there is none.
 *
 * A compared row: `{source, name, level, measured, low, likely, high, bound, others, flag}`; bytes, or seconds.
 * `level` is `reserved`, `device`, `training time` or `inference time`; `bound` is what a simpler rule says (the tensors
 * alone, or the roofline), `others` what other estimators said of the same row.
 */

const MiB = 2 ** 20;

/** Quantities of memory by source: what of the machine and of the script is known or assumed. */
const MEMORY_SOURCES = {
  xmem: { level: 'reserved', dtype: 'float32', options: {} },
  // The context of that server is fitted; timm's trainer turns cudnn.benchmark on and decays the weights.
  'gpumemnet-timm': {
    level: 'device',
    dtype: 'float32',
    options: { weightDecay: true, cudnnBenchmark: true, context: 1740 * MiB },
  },
};

const DTYPES = { float32: 'float32', float16: 'float16', 'amp-float16': 'amp' };

const nameOf = ({ n, b, px, opt }) => [n, b, `${px} px`, ...(opt ? [opt] : [])].join(' · ');

/** The rows with a single measured amount of memory. */
export function compareMemory(own, { sources, rows }, graphOf) {
  return rows.flatMap((row) => {
    const how = MEMORY_SOURCES[row.s];
    const graph = how && graphOf(row);
    if (!graph) return [];
    const measured = row.bytes ?? (row.mib === undefined ? undefined : row.mib * MiB);
    const options = { ...how.options, optimizer: row.opt };
    const resolved = own.resolve(graph, [row.b, 3, row.px, row.px]);
    const { training } = own.analyzeTraining(resolved, how.dtype, options);
    const level = how.level === 'reserved' ? training.reservedBytes : training.deviceBytes;
    // What is not on the card cannot be reserved: near its end the allocator frees its cache.
    const most = row.gpu && how.level === 'reserved' ? cardOf(own, row.gpu) : Infinity;
    const [low, likely, high] = [level.low, level.likely, level.high].map((bytes) => Math.min(bytes, most));
    const { xmem: xMem, dnnmem: DNNMem } = row;
    return [
      {
        source: row.s,
        gpu: row.gpu ?? sources[row.s].gpu,
        name: nameOf(row),
        network: row.n,
        level: how.level,
        measured,
        low,
        likely,
        high,
        bound: training.peakBytes,
        others: xMem === undefined ? {} : { xMem, DNNMem },
        ...((row.flag ?? (row.oom && 'oom')) && { flag: row.flag ?? 'oom' }),
      },
    ];
  });
}

/** Of a card, what is not its context. */
const cardOf = (own, gpu) => own.parseDevice(gpu).memoryBytes - 500 * MiB;

/**
 * The largest batches of ladders that ran on a card, and the next, which failed: whether we say that the first likely
 * fits, and that the second does not. Rows without a failure have one side only.
 */
export function compareLadders(own, { sources, rows }, graphOf) {
  return rows.flatMap((row) => {
    const graph = row.fits === undefined ? undefined : graphOf(row);
    if (!graph) return [];
    const at = (batch) => own.resolveBatch(graph, batch, [[3, row.px, row.px]]);
    const levels = own.levelsByBatch(at, 'amp', { optimizer: row.opt, cudnnBenchmark: true });
    const { memoryBytes } = own.parseDevice(sources[row.s].gpu);
    const needed = (batch) => batch && levels.training(batch).deviceBytes.squeezed;
    const [fits, fails] = [needed(row.fits), needed(row.fails)];
    const right = fits <= memoryBytes && (fails === undefined || fails > memoryBytes);
    return [{ source: row.s, name: row.n, ran: row.fits, failed: row.fails, fits, fails, right }];
  });
}

/** The rows with a measured time, at the images a second that they tell. */
export function compareTimes(own, { sources, rows }, graphOf) {
  const models = new Map();
  return rows.flatMap((row) => {
    const graph = graphOf(row);
    if (!graph) return [];
    const { gpu, dtype, layout, mode } = sources[row.s];
    const key = [row.n, row.px, dtype, layout].join();
    if (!models.has(key))
      models.set(key, own.timeModel(graph, [[3, row.px, row.px]], DTYPES[dtype], 'sgd', layout));
    const { speed } = own.parseDevice(gpu);
    const training = mode === 'train';
    const step = training ? models.get(key).training(row.b, speed) : models.get(key).inference(row.b, speed);
    return [
      {
        source: sources[row.s].id,
        gpu,
        name: nameOf(row),
        network: row.n,
        level: training ? 'training time' : 'inference time',
        measured: row.b / row.ips,
        likely: step.likelySeconds,
        bound: step.seconds,
        others: {},
      },
    ];
  });
}
