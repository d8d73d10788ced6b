import type { Fit } from '../../../analysis/fit/fit.ts';
import { readable, readableRange } from '../../../core/bytes.ts';
import { grouped } from '../../../core/numbers.ts';
import type { Drawing, Styled } from '../../sheet/sheet.ts';
import { widest } from '../../sheet/width.ts';

/** The least room in which bars and limits are still told apart. */
const LEAST = 16;

/**
 * Memory of training against the batch, a line a batch size, on a logarithmic scale: full as far as it takes at
 * least, light as far as it may take; the devices' limits across.
 */
export function batchBars({ memory, devices }: Fit): Drawing {
  return {
    only: 'terminal',
    draw(width): Styled[] {
      const batches = memory.map(({ batch }) => grouped(batch));
      const ranges = memory.map(({ trainingDeviceBytes }) => readableRange(trainingDeviceBytes));
      const [left, right] = [widest(batches), widest(ranges)];
      const room = width - left - right - 4;
      if (room < LEAST || memory.length === 0) return [];
      const limits = devices.map(({ memoryBytes }) => memoryBytes);
      const lows = memory.map(({ trainingDeviceBytes: [low] }) => low);
      const highs = memory.map(({ trainingDeviceBytes: [, high] }) => high);
      const from = Math.log2(Math.min(...lows, ...limits)) - 1;
      const to = Math.log2(Math.max(...highs, ...limits));
      const at = (bytes: number) => Math.round(((room - 1) * (Math.log2(bytes) - from)) / (to - from));
      const walls = new Set(limits.map(at));
      const lines = memory.map((_, i): Styled => {
        const [low, high] = [at(lows[i]!), at(highs[i]!)];
        const cells = Array.from({ length: room }, (_, x) =>
          walls.has(x) ? '│' : x <= low ? '█' : x <= high ? '░' : ' ',
        );
        const bar = cells.join('');
        return { text: `${batches[i]!.padStart(left)}  ${bar}  ${ranges[i]!.padStart(right)}` };
      });
      return [
        { text: 'memory of training on the device by batch size, logarithmic', style: 'strong' },
        ...lines,
        ...devices.map(({ name, memoryBytes }): Styled => {
          const x = at(memoryBytes);
          const words = `${name} ${readable(memoryBytes)}`;
          const indent = ' '.repeat(left + 2);
          const text =
            x + 2 + words.length <= width - left - 2
              ? `${' '.repeat(x)}└ ${words}`
              : `${' '.repeat(Math.max(x - words.length - 1, 0))}${words} ┘`;
          return { text: indent + text, style: 'faint' };
        }),
      ];
    },
  };
}
