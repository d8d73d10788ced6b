import type { TrainingMemory } from '../../../analysis/memory/analyze-memory.ts';
import { readable } from '../../../core/bytes.ts';
import type { Drawing, Styled } from '../../sheet/sheet.ts';
import { tail } from '../../sheet/width.ts';
import { columns } from './bar.ts';

const ROWS = 8;

/** Live memory after each operator of a training step, the peak of its column; the axis on the left. */
export function stepChart({ timeline: moments = [], peakBytes, peakAt }: TrainingMemory): Drawing {
  return {
    only: 'terminal',
    draw(width): Styled[] {
      if (moments.length === 0) return [];
      const labels = [readable(peakBytes), '0'];
      const margin = Math.max(...labels.map(({ length }) => length)) + 2;
      const count = Math.max(Math.min(width - margin, moments.length), 1);
      const slots = Array.from({ length: count }, (_, i) => {
        const from = Math.floor((i * moments.length) / count);
        return moments.slice(from, Math.max(Math.floor(((i + 1) * moments.length) / count), from + 1));
      });
      const values = slots.map((slot) => slot.reduce((most, { bytes }) => Math.max(most, bytes), 0));
      const rows = columns(values, peakBytes, ROWS).map((row, i) => {
        const label = i === 0 ? labels[0]! : i === ROWS - 1 ? labels[1]! : '';
        return { text: `${label.padStart(margin - 2)} │${row}`.trimEnd(), style: 'accent' } as const;
      });
      const peak = `${readable(peakBytes)} at the peak, in ${peakAt.phase} of `;
      return [
        { text: 'live tensors over a training step', style: 'strong' },
        { text: peak + tail(peakAt.path, Math.max(width - peak.length, 1)) },
        ...rows,
        { text: `${' '.repeat(margin - 1)}└${'─'.repeat(count)}`, style: 'faint' },
        {
          text: `${' '.repeat(margin)}${phases(
            slots.map((slot) => slot.at(-1)!.phase),
            count,
          )}`,
          style: 'faint',
        },
      ];
    },
  };
}

/** The names of the phases where they begin, as far as there is room. */
function phases(starts: readonly string[], count: number): string {
  return starts.reduce((line, phase, i) => {
    if (phase === starts[i - 1]) return line;
    const at = Math.max(Math.min(i, count - phase.length), line === '' ? 0 : line.length + 1);
    return at + phase.length > count ? line : line.padEnd(at) + phase;
  }, '');
}
