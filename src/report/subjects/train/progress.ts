import type { StepEvent } from '../../../train/loop.ts';
import type { EpochResult } from '../../../train/recipe.ts';

/** `3:07`, `1:02:45`. */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const BAR = 20;

/** One line of a terminal, at most `width` characters: the bar takes what the figures leave. */
export function progressLine(event: StepEvent, epochs: number, width: number): string {
  const before = `epoch ${event.epoch}/${epochs} `;
  const after =
    ` ${event.step}/${event.steps}` +
    `  loss ${event.loss.toFixed(3)}  acc ${event.trainAcc.toFixed(3)}` +
    `  ${event.examplesPerSec.toFixed(1)} ex/s  ${clock(event.left)} left`;
  const length = Math.max(0, Math.min(BAR, width - 1 - before.length - after.length));
  const filled = Math.round((event.step / event.steps) * length);
  const text = before + '█'.repeat(filled) + '░'.repeat(length - filled) + after;
  return [...text].slice(0, Math.max(1, width - 1)).join('');
}

/** The same without a bar, for a log. */
export function stepLine(event: StepEvent, epochs: number): string {
  return (
    `epoch ${event.epoch}/${epochs}, step ${event.step}/${event.steps}: loss ${event.loss.toFixed(3)}, ` +
    `train acc ${event.trainAcc.toFixed(3)}, ${event.examplesPerSec.toFixed(1)} examples/sec, ${clock(event.left)} left`
  );
}

export function epochLine(
  { epoch, loss, trainAcc, testAcc }: EpochResult,
  epochs: number,
  rate: number,
): string {
  return (
    `epoch ${epoch}/${epochs}: loss ${loss.toFixed(3)}, train acc ${trainAcc.toFixed(3)}, ` +
    `test acc ${testAcc.toFixed(3)}, ${rate.toFixed(1)} examples/sec`
  );
}
