import { CachingAllocator } from './allocator.ts';
import type { DeviceUse } from './step.ts';
import { inBlocks, type AllocationOptions, type TraceEvent } from './storage.ts';

/** What a simulation at one batch size found out, as far as it tells of a device. */
export interface Replayed {
  /** Largest sum of live tensors in the last step. */
  readonly peak: number;
  readonly device: DeviceUse;
}

/**
 * The same allocations for any batch, from traces at 2 and at 3: every size grows evenly. Undefined where the traces
 * differ in more than sizes. For many batch sizes this is much faster than to simulate each.
 */
export function replayer(
  two: readonly TraceEvent[],
  three: readonly TraceEvent[],
  { allocator, cudnnBenchmark = false }: AllocationOptions,
): ((batch: number) => Replayed) | undefined {
  if (!sameForm(two, three)) return undefined;
  const count = two.filter(({ what }) => what === 'allocate').length;
  const steps = two.filter(({ what }) => what === 'start step').length;
  return (batch) =>
    replay(two, three, batch, {
      memory: new CachingAllocator(allocator),
      sizes: new Float64Array(count),
      blocks: [],
      steps,
      cudnnBenchmark,
    });
}

function sameForm(two: readonly TraceEvent[], three: readonly TraceEvent[]): boolean {
  return (
    two.length === three.length &&
    two.every((event, i) => {
      const other = three[i]!;
      return event.what === 'release'
        ? other.what === 'release' && event.serial === other.serial
        : event.what === other.what;
    })
  );
}

interface Run {
  readonly memory: CachingAllocator;
  /** Of each allocation by its serial number, what it takes and where it is. */
  readonly sizes: Float64Array;
  readonly blocks: ReturnType<CachingAllocator['allocate']>[];
  readonly steps: number;
  readonly cudnnBenchmark: boolean;
}

function replay(two: readonly TraceEvent[], three: readonly TraceEvent[], batch: number, run: Run): Replayed {
  const { memory, sizes, blocks, steps, cudnnBenchmark } = run;
  let [serial, live, peak, started, largestWorkspace] = [0, 0, 0, 0, 0];
  for (let i = 0; i < two.length; i++) {
    const event = two[i]!;
    if (event.what === 'release') {
      live -= sizes[event.serial]!;
      memory.release(blocks[event.serial]);
    } else if (event.what === 'start step') {
      started++;
      peak = live;
    } else {
      const more = (three[i] as typeof event).bytes - event.bytes;
      const bytes = event.bytes + more * (batch - 2);
      if (event.what === 'allocate') {
        const rounded = inBlocks(bytes);
        sizes[serial] = rounded;
        blocks[serial++] = memory.allocate(rounded);
        live += rounded;
        if (live > peak) peak = live;
      } else {
        largestWorkspace = Math.max(largestWorkspace, bytes);
        // As in the simulation: every algorithm is tried in the first of two steps, or in the only one.
        if (cudnnBenchmark && started <= Math.max(1, steps - 1)) memory.emptyCache();
      }
    }
  }
  return { peak, device: { reserved: memory.peakReserved, largestWorkspace } };
}
