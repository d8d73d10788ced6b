import { Worker } from 'node:worker_threads';
import { BatchMaker, type Batch, type ImageShape } from './batches.ts';
import type { Split } from './dataset.ts';

/** Turns places of a split into batches. */
export interface Feed {
  batches(places: Iterable<Uint32Array>): AsyncGenerator<Batch, void>;
  close(): Promise<void>;
}

/** Prepares each batch when it is asked for. */
function inlineFeed(split: Split, shape: ImageShape): Feed {
  const maker = new BatchMaker(split, shape);
  return {
    async *batches(places) {
      for (const chosen of places) yield maker.make(chosen);
    },
    close: () => Promise.resolve(),
  };
}

/** Batches that are prepared or under way while the engine computes. */
const AHEAD = 2;

/** Prepares batches in a thread of its own while the engine computes; the images are in shared memory. */
function workerFeed(split: Split, shape: ImageShape): Feed {
  const worker = new Worker(new URL('./feed-worker.js', import.meta.url), { workerData: { split, shape } });
  worker.unref();
  const waiting: { resolve(batch: Batch): void; reject(error: unknown): void }[] = [];
  worker.on('message', (batch: Batch) => waiting.shift()?.resolve(batch));
  worker.on('error', (error) => waiting.splice(0).forEach(({ reject }) => reject(error)));
  const ask = (places: Uint32Array) => {
    worker.ref();
    worker.postMessage(places);
    return new Promise<Batch>((resolve, reject) => waiting.push({ resolve, reject })).finally(() => {
      if (waiting.length === 0) worker.unref();
    });
  };
  return {
    async *batches(places) {
      const asked: Promise<Batch>[] = [];
      try {
        for (const chosen of places) {
          asked.push(ask(chosen));
          if (asked.length > AHEAD) yield await asked.shift()!;
        }
        while (asked.length > 0) yield await asked.shift()!;
      } finally {
        await Promise.allSettled(asked);
      }
    },
    close: async () => void (await worker.terminate()),
  };
}

/** A thread where there is compiled code to run in it; sources that a test runner transforms have none. */
export function openFeed(split: Split, shape: ImageShape): Feed {
  return import.meta.url.endsWith('.js') ? workerFeed(split, shape) : inlineFeed(split, shape);
}
