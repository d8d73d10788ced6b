import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { VggError } from '../errors/error.ts';
import type { Graph } from '../graph/graph.ts';
import { resolve, type ResolvedGraph } from '../graph/resolve.ts';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from '../train/checkpoint.ts';
import { check, type Checks } from '../train/checks.ts';
import { BatchMaker, cut } from '../train/data/batches.ts';
import type { Dataset } from '../train/data/dataset.ts';
import { openFeed } from '../train/data/feed.ts';
import { loadData } from '../train/data/load.ts';
import { withDropout } from '../train/dropout-rate.ts';
import type { EngineName, Metrics, Trainer } from '../train/engine.ts';
import { selectEngine, type Selection } from '../train/engines/select.ts';
import { train as runTraining, type TrainingResult } from '../train/loop.ts';
import type { Optimizer } from '../train/optimizer.ts';
import { bookRecipe, type Recipe } from '../train/recipe.ts';
import { checkLines, differenceLines } from '../train/report/checks.ts';
import { lossCurve } from '../train/report/curve.ts';
import { finalLines } from '../train/report/final.ts';
import { initialWeights } from '../train/weights.ts';
import { inputShape, loadThinned } from './analyse-network.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { addLiteralOptions, addNetworkOptions, type LiteralOptions, type NetworkOptions } from './options.ts';
import { inputSize, type InputSize } from './option-values.ts';
import { writeData } from './output.ts';
import { parse, parser } from './parser.ts';
import { printable } from './printable.ts';
import { reasonOf } from './reason.ts';
import { addTrainOptions, type TrainOptions } from './train-options.ts';
import { TrainProgress } from './train-progress.ts';

type Options = TrainOptions & NetworkOptions & LiteralOptions & { readonly input?: InputSize };

/** Learning rates when none is given: the book's, and Adam's own. */
const defaultRate = { sgd: 0.05, momentum: 0.05, adam: 0.001, adamw: 0.001 } as const;

/** `vgg-inspect train <arch>`, also `<arch> --train`: trains the network and compares it with its analysis. */
export async function train(argv: readonly string[], io: Io): Promise<number> {
  const command = parser('train')
    .description('Trains a network on real images and compares the engine with the analysis.')
    .argument('[arch]', 'a built-in name, a spec (.yaml, .yml, .json), or - for standard input');
  addLiteralOptions(command);
  addNetworkOptions(command);
  command.option('--input <size>', 'NxCxHxW, or CxHxW', inputSize);
  addTrainOptions(command);
  if (!(await parse(command, argv, io))) return exitCodes.fine;

  const options = command.opts<Options>();
  if (options.resume && options.checkpoint === undefined) {
    throw new VggError('options-contradict', { first: '--resume', second: 'no --checkpoint' });
  }
  const recipe = recipeOf(options);
  const { graph: built } = await loadThinned(command.args[0], options, io);
  const graph = options.dropout === undefined ? built : withDropout(built, options.dropout);
  const network = resolve(graph, trainingInput(graph, options, recipe));
  const classes = classesOf(network);
  const progress = new TrainProgress(io);

  const selection = await selectEngine((options.engine ?? 'auto') as EngineName | 'auto');
  await progress.note(whereLine(selection));
  const interruption = new AbortController();
  const release = io.onInterrupt(() => interruption.abort());
  try {
    const data = await loadData(recipe.data, {
      classes,
      seed: recipe.seed,
      limit: recipe.limit,
      cwd: io.cwd,
      env: io.env,
      signal: interruption.signal,
      onProgress: (file, done, total) => progress.download(file, done, total),
    }).catch((error: unknown) => {
      if (interruption.signal.aborted) return undefined;
      throw error;
    });
    await progress.clear();
    if (data === undefined) return exitCodes.interrupted;
    const trainer = await selection.engine.build(network, {
      weights: initialWeights(network, recipe.seed),
      optimizer: recipe.optimizer,
      seed: recipe.seed,
      batch: Math.min(recipe.batch, data.train.count),
      microBatch: options.microBatch,
    });
    try {
      const run = { io, options, recipe, network, classes, data, trainer, selection, progress };
      return options.evaluate === undefined
        ? await trainAndReport(run, interruption.signal, release)
        : await evaluateSaved(run, options.evaluate);
    } finally {
      trainer.dispose();
    }
  } finally {
    release();
  }
}

interface Run {
  readonly io: Io;
  readonly options: Options;
  readonly recipe: Recipe;
  readonly network: ResolvedGraph;
  readonly classes: number;
  readonly data: Dataset;
  readonly trainer: Trainer;
  readonly selection: Selection;
  readonly progress: TrainProgress;
}

async function trainAndReport(run: Run, signal: AbortSignal, release: () => void): Promise<number> {
  const { io, options, recipe, network, classes, data, trainer, selection, progress } = run;
  const shape = imageShape(network);
  const first = new BatchMaker(data.train, shape).make(
    Uint32Array.from({ length: Math.min(recipe.batch, data.train.count) }, (_, i) => i),
  );
  const checks = await check(trainer, network, first, classes);
  if (!checks.passed) {
    await io.stderr.write(printable(differenceLines(checks)));
    await report(run, checks, { epochs: [], examplesPerSec: 0, interrupted: false }, []);
    return exitCodes.checkFailed;
  }
  const identity = identityOf(network, recipe);
  const folder = options.checkpoint === undefined ? undefined : resolvePath(io.cwd, options.checkpoint);
  const checkpoint =
    folder !== undefined && options.resume ? await readCheckpoint(folder, identity) : undefined;
  if (checkpoint) await trainer.restore(checkpoint.state);
  else if (options.resume) await progress.note('no checkpoint yet: starting from the beginning');
  const log = openLog(options, io, checkpoint !== undefined);
  const losses: number[] = [];
  let before = 0;
  const result = await runTraining({
    trainer,
    data,
    shape,
    recipe,
    from: checkpoint?.progress,
    signal,
    listener: {
      async step(event) {
        // The event's loss is the mean of the epoch so far; the curve shows each step's own.
        const sum = event.loss * event.step;
        losses.push(event.step === 1 ? event.loss : sum - before);
        before = sum;
        log({ event: 'step', ...event });
        await progress.step(event, recipe.epochs);
      },
      async epoch(epochResult, examplesPerSec) {
        log({ event: 'epoch', ...epochResult, examplesPerSec });
        await progress.epoch(epochResult, recipe.epochs, examplesPerSec);
      },
      ...(folder !== undefined && {
        save: async (at) => writeCheckpoint(folder, { identity, progress: at, state: await trainer.state() }),
      }),
    },
  });
  await progress.clear();
  // From here on a second Ctrl-C ends the process at once.
  release();
  if (result.interrupted) {
    await progress.note(
      folder === undefined
        ? 'interrupted; with --checkpoint it could go on later'
        : 'interrupted; --resume goes on from here',
    );
    return exitCodes.interrupted;
  }
  if (options.save !== undefined) await trainer.save(resolvePath(io.cwd, options.save));
  await report(run, checks, result, losses);
  return exitCodes.fine;

  function openLog({ log: file }: Options, { cwd }: Io, append: boolean): (entry: object) => void {
    if (file === undefined) return () => {};
    const path = resolvePath(cwd, file);
    const writing = (write: () => void) => {
      try {
        write();
      } catch (error) {
        throw new VggError('cannot-write', { file, reason: reasonOf(error) });
      }
    };
    if (!append) {
      const start = { event: 'start', engine: selection.engine.name, ...identity };
      writing(() => writeFileSync(path, `${JSON.stringify(start)}\n`));
    }
    return (entry) => writing(() => appendFileSync(path, `${JSON.stringify(entry)}\n`));
  }
}

async function report(
  { io, options, recipe, network, data, selection }: Run,
  checks: Checks,
  result: TrainingResult,
  losses: readonly number[],
): Promise<void> {
  const where = printable(`${selection.engine.name} (${selection.about.device})`);
  if (options.json) {
    const json = {
      schemaVersion: 1,
      model: { name: network.graph.name, source: network.graph.source },
      input: { shape: network.input },
      data: { name: data.name, train: data.train.count, test: data.test.count },
      recipe,
      engine: selection.engine.name,
      backend: selection.about.backend,
      device: selection.about.device,
      examplesPerSec: result.examplesPerSec,
      epochs: result.epochs,
      checks,
    };
    return writeData(`${JSON.stringify(json, null, 2)}\n`, options, io);
  }
  const last = result.epochs.at(-1);
  const width = io.stdout.columns ?? 80;
  const parts = [
    checkLines(checks),
    lossCurve(losses, width - 20, `loss, ${losses.length} steps`),
    last === undefined ? '' : finalLines(last, result.examplesPerSec, where),
  ];
  await writeData(parts.filter((part) => part !== '').join('\n'), options, io);
}

/** `--evaluate`: the saved weights in this network, on the test images. */
async function evaluateSaved(run: Run, folder: string): Promise<number> {
  const { io, options, recipe, network, data, trainer, selection } = run;
  await trainer.load(resolvePath(io.cwd, folder));
  const feed = openFeed(data.test, imageShape(network));
  const order = Uint32Array.from({ length: data.test.count }, (_, i) => i);
  let sums: Metrics = { count: 0, loss: 0, correct: 0 };
  try {
    for await (const batch of feed.batches(cut(order, recipe.batch))) {
      const { count, loss, correct } = await trainer.evaluate(batch);
      sums = { count: sums.count + count, loss: sums.loss + loss, correct: sums.correct + correct };
    }
  } finally {
    await feed.close();
  }
  const [testLoss, testAcc] = [sums.loss / sums.count, sums.correct / sums.count];
  const text = options.json
    ? `${JSON.stringify({ schemaVersion: 1, engine: selection.engine.name, device: selection.about.device, testLoss, testAcc }, null, 2)}\n`
    : `test loss ${testLoss.toFixed(3)}, test acc ${testAcc.toFixed(3)}\n`;
  await writeData(text, options, io);
  return exitCodes.fine;
}

function recipeOf(options: Options): Recipe {
  const { momentum, weightDecay = 0, optimizer } = options;
  const name: Optimizer['name'] =
    optimizer ?? (momentum === undefined || momentum === 0 ? 'sgd' : 'momentum');
  if (momentum !== undefined && momentum > 0 && name !== 'momentum') {
    throw new VggError('options-contradict', { first: '--momentum', second: `--optimizer ${name}` });
  }
  const epochs = options.epochs ?? bookRecipe.epochs;
  return {
    epochs,
    batch: options.batch ?? options.input?.batch ?? bookRecipe.batch,
    optimizer: {
      name,
      lr: options.lr ?? defaultRate[name],
      momentum: name === 'momentum' ? (momentum ?? 0.9) : 0,
      weightDecay,
    },
    seed: options.seed ?? bookRecipe.seed,
    // A check alone needs no real images.
    data: options.data ?? (epochs === 0 && options.evaluate === undefined ? 'synthetic' : bookRecipe.data),
    limit: options.limit ?? (epochs === 0 && options.data === undefined ? bookRecipe.batch : undefined),
  };
}

function trainingInput(graph: Graph, { input, resize }: Options, { batch }: Recipe) {
  if (input !== undefined && resize !== undefined) {
    throw new VggError('options-contradict', { first: '--input', second: '--resize' });
  }
  const image = resize === undefined ? undefined : ([graph.defaultInput[0], resize, resize] as const);
  const size = image === undefined ? input : { batch: undefined, image };
  return inputShape(graph, { ...(size && { input: { ...size, batch: undefined } }), batch });
}

function imageShape({ input }: ResolvedGraph) {
  const [, channels, height, width] = input as [number, number, number, number];
  return { channels, height, width };
}

/** Width of the class scores. Throws `no-class-scores` when the network ends in an image. */
function classesOf({ graph, byPath }: ResolvedGraph): number {
  const { output } = byPath.get(graph.outputs[0]!)!;
  if (output.length !== 2) throw new VggError('no-class-scores', { shape: output });
  return output[1]!;
}

/** What decides the losses. */
function identityOf({ graph, input }: ResolvedGraph, recipe: Recipe): Checkpoint['identity'] {
  const nodes = graph.nodes.map(({ path, kind, attributes, inputs, sharesWeightsOf }) => [
    path,
    kind,
    attributes,
    inputs,
    sharesWeightsOf,
  ]);
  const { name, lr, momentum, weightDecay } = recipe.optimizer;
  return {
    network: `${graph.name}-${createHash('sha256').update(JSON.stringify(nodes)).digest('hex').slice(0, 12)}`,
    input: input.slice(1).join('x'),
    batch: recipe.batch,
    optimizer: name,
    lr,
    momentum,
    weightDecay,
    seed: recipe.seed,
    data: recipe.data,
    limit: recipe.limit ?? 0,
  };
}

function whereLine({ engine, about, why }: Selection): string {
  return `training on ${engine.name}: ${about.backend}, ${about.device}${why === '' ? '' : ` (${why})`}`;
}
