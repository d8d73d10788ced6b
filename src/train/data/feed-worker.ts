import { parentPort, workerData } from 'node:worker_threads';
import { BatchMaker, type ImageShape } from './batches.ts';
import type { Split } from './dataset.ts';

const { split, shape } = workerData as { split: Split; shape: ImageShape };
const maker = new BatchMaker(split, shape);

parentPort!.on('message', (places: Uint32Array) => {
  const batch = maker.make(places);
  parentPort!.postMessage(batch, [batch.images.buffer as ArrayBuffer, batch.labels.buffer as ArrayBuffer]);
});
