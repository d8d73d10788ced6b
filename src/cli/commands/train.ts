import { VggError } from '../../core/errors/error.ts';
import { loadData } from '../../train/data/load.ts';
import { analysisToCheck } from '../../train/checks.ts';
import { lookForPackagesFrom } from '../../train/engines/packages.ts';
import { measureBySteps } from '../../train/engines/measure.ts';
import { initialWeights } from '../../train/weights.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io/io.ts';
import { addLiteralOptions, addNetworkOptions } from '../options/options.ts';
import { inputSize } from '../../core/options/values.ts';
import { refuseWithoutEffect } from '../options/effect.ts';
import { addExamples, parse, parser } from '../options/parser.ts';
import { chooseEngine, enginesFolder, whereLine } from './train/engine.ts';
import { evaluateSaved } from './train/evaluate.ts';
import { classesOf, trainingNetwork } from './train/network.ts';
import { addTrainOptions, type TrainCommandOptions } from './train/options.ts';
import { TrainProgress } from './train/progress.ts';
import { recipeOf } from './train/recipe.ts';
import { trainAndReport } from './train/train-and-report.ts';

/** `vgg-inspect train <arch>`, also `<arch> --train`: trains the network and compares it with its analysis. */
export async function train(argv: readonly string[], io: Io): Promise<number> {
  const command = parser('train')
    .description('Trains a network on real images and compares the engine with the analysis.')
    .argument(
      '[arch]',
      'a built-in name, a spec (.yaml, .yml, .json), an .onnx file, or - for standard input',
    );
  addLiteralOptions(command);
  addNetworkOptions(command);
  command.option('--input <size>', 'NxCxHxW, or CxHxW', inputSize);
  addTrainOptions(command);
  addExamples(command, [
    'vgg-inspect train lenet --data synthetic --epochs 2',
    'vgg-inspect train vgg11 --ratio 4 --checkpoint run --resume',
    'vgg-inspect train vgg11 --ratio 4 --engine gpu --limit 2000',
  ]);
  if (!(await parse(command, argv, io))) return exitCodes.fine;

  const options = command.opts<TrainCommandOptions>();
  if (options.resume && options.checkpoint === undefined) {
    throw new VggError('options-contradict', { first: '--resume', second: 'no --checkpoint' });
  }
  refuseWithoutEffect(command, [
    {
      options: [
        'epochs',
        'lr',
        'momentum',
        'optimizer',
        'weightDecay',
        'dropout',
        'microBatch',
        'log',
        'checkpoint',
        'resume',
        'save',
        'freeze',
        'evalNorm',
      ],
      when: options.evaluate !== undefined,
      on: '--evaluate',
      readers: 'training',
    },
    {
      options: ['log', 'checkpoint', 'resume'],
      when: options.epochs === 0,
      on: '--epochs 0',
      readers: 'training',
    },
  ]);
  const recipe = recipeOf(options);
  const network = await trainingNetwork(command.args[0], options, recipe, io);
  const classes = classesOf(network);
  const progress = new TrainProgress(io);

  lookForPackagesFrom(enginesFolder(options, io.cwd));
  const { optimizer, seed, batch } = recipe;
  const start = {
    weights: () => initialWeights(network, seed),
    optimizer,
    seed,
    batch,
    microBatch: options.microBatch,
  };
  const selection = await chooseEngine(options, io.cwd, measureBySteps(network, start));
  await progress.note(whereLine(selection, options.evaluate === undefined ? 'training' : 'evaluating'));
  const interruption = new AbortController();
  // The first Ctrl-C waits for the step that runs; a second one ends the process at once.
  const release = io.onInterrupt(() => {
    release();
    interruption.abort();
    void progress.note('stopping after this step; Ctrl-C again stops at once');
  });
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
      ...start,
      device: selection.device,
      batch: Math.min(batch, data.train.count),
    });
    try {
      const analysis = analysisToCheck(network, optimizer);
      const run = { io, options, recipe, network, analysis, classes, data, trainer, selection, progress };
      if (options.evaluate === undefined) return await trainAndReport(run, interruption.signal, release);
      // Nothing is lost when this is broken off.
      release();
      return await evaluateSaved(run, options.evaluate);
    } finally {
      trainer.dispose();
    }
  } finally {
    release();
  }
}
