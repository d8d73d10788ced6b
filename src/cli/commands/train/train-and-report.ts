import { resolve } from 'node:path';
import { readCheckpoint, writeCheckpoint } from '../../../train/checkpoint.ts';
import { check } from '../../../train/checks.ts';
import { BatchMaker } from '../../../train/data/batches.ts';
import { train } from '../../../train/loop.ts';
import { differenceLines } from '../../../report/subjects/train/checks.ts';
import { exitCodes } from '../../exit-codes.ts';
import { printable } from '../../io/printable.ts';
import { identityOf } from './identity.ts';
import { openLog } from './log.ts';
import { imageShape } from './network.ts';
import { report } from './report.ts';
import type { Run } from './run.ts';
import { stepLosses } from './step-losses.ts';

/** Checks the engine's network, trains it where the checks pass, and reports. */
export async function trainAndReport(run: Run, signal: AbortSignal, release: () => void): Promise<number> {
  const { io, options, recipe, network, analysis, classes, data, trainer, selection, progress } = run;
  const shape = imageShape(network);
  const first = new BatchMaker(data.train, shape).make(
    Uint32Array.from({ length: Math.min(recipe.batch, data.train.count) }, (_, i) => i),
  );
  const checks = await check(trainer, analysis, first, classes);
  if (!checks.passed) {
    for (const line of differenceLines(checks)) await io.stderr.write(`${printable(line)}\n`);
    await report(run, checks, { epochs: [], examplesPerSec: 0, interrupted: false }, []);
    return exitCodes.checkFailed;
  }
  const identity = identityOf(network, recipe);
  const folder = options.checkpoint === undefined ? undefined : resolve(io.cwd, options.checkpoint);
  const checkpoint =
    folder !== undefined && options.resume ? await readCheckpoint(folder, identity) : undefined;
  if (checkpoint) await trainer.restore(checkpoint.state);
  else if (options.resume) await progress.note('no checkpoint yet: starting from the beginning');
  const start = { event: 'start', engine: selection.engine.name, ...identity };
  const log = await openLog(options.log, io.cwd, start, checkpoint !== undefined);
  const losses: number[] = [];
  const lossOf = stepLosses(checkpoint?.progress);
  const result = await train({
    trainer,
    data,
    shape,
    recipe,
    from: checkpoint?.progress,
    signal,
    listener: {
      async step(event) {
        losses.push(lossOf(event));
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
  // What follows needs no waiting for a step.
  release();
  if (result.interrupted) {
    await progress.note(
      folder === undefined
        ? 'interrupted; nothing is kept. With --checkpoint FOLDER a training can be continued'
        : `interrupted; the training so far is in ${options.checkpoint}, and --resume continues it`,
    );
    return exitCodes.interrupted;
  }
  if (options.save !== undefined) await trainer.save(resolve(io.cwd, options.save));
  await report(run, checks, result, losses);
  return exitCodes.fine;
}
