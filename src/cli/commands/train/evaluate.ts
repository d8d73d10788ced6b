import { resolve } from 'node:path';
import { cut } from '../../../train/data/batches.ts';
import { openFeed } from '../../../train/data/feed.ts';
import { addMetrics, noMetrics } from '../../../train/metrics.ts';
import { exitCodes } from '../../exit-codes.ts';
import { evaluationReport } from '../../../report/subjects/train.ts';
import { writeReport } from '../../../report/write.ts';
import { formatOf, writeData } from '../../io/output.ts';
import { imageShape } from './network.ts';
import type { Run } from './run.ts';

/** `--evaluate`: the saved weights in this network, on the test images. */
export async function evaluateSaved(run: Run, folder: string): Promise<number> {
  const { io, options, recipe, network, data, trainer, selection } = run;
  await trainer.load(resolve(io.cwd, folder));
  const feed = openFeed(data.test, imageShape(network));
  const order = Uint32Array.from({ length: data.test.count }, (_, i) => i);
  let sums = noMetrics;
  try {
    for await (const batch of feed.batches(cut(order, recipe.batch))) {
      sums = addMetrics(sums, await trainer.evaluate(batch));
    }
  } finally {
    await feed.close();
  }
  const [testLoss, testAcc] = [sums.loss / sums.count, sums.correct / sums.count];
  const found = { engine: selection.engine.name, device: selection.about.device, testLoss, testAcc };
  const evaluation = evaluationReport(testLoss, testAcc, { schemaVersion: 1, ...found });
  const text = await writeReport(evaluation, formatOf(options), { width: 80, color: false });
  await writeData(text, options, io);
  return exitCodes.fine;
}
