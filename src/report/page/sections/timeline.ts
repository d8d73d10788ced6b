import type { TrainingMemory } from '../../../analysis/memory/analyze-memory.ts';
import { categories, type Category, type Moment } from '../../../analysis/memory/storage.ts';
import { readable } from '../../../core/bytes.ts';
import { grouped } from '../../../core/numbers.ts';
import { plot, type Tick } from '../charts/plot.ts';
import { bytesFromZero } from '../charts/scale.ts';
import { markup, nothing, type Markup } from '../html.ts';

const words: Readonly<Record<Category, string>> = {
  parameters: 'parameters',
  average: 'average of the weights',
  buffers: 'buffers',
  inputs: 'inputs',
  gradients: 'gradients',
  optimizerState: 'optimizer state',
  activations: 'kept activations',
  temporaries: 'temporaries',
};

/** What is live over a training step, by what it is for; the peak is marked. */
export function timelineSection(training: TrainingMemory, id: string): Markup {
  const moments = (training.timeline ?? []).filter(({ breakdown }) => breakdown);
  if (moments.length === 0) return nothing;
  const { peakBytes, peakAt } = training;
  const used = categories.filter((category) => moments.some(({ breakdown }) => breakdown![category] > 0));
  const { top, ticks } = bytesFromZero(peakBytes);
  const y = (bytes: number) => rounded(1000 - (1000 * bytes) / top);
  const x = (i: number) => rounded((1000 * i) / moments.length);
  const at = peakMoment(moments, training);
  const label = `Live memory over a training step: at most ${readable(peakBytes)}, in ${peakAt.phase} of ${peakAt.path}.`;
  const data = JSON.stringify({
    categories: used.map((category) => words[category]),
    moments: moments.map(({ phase, path, bytes, breakdown }) => [
      `${phase}, ${path}`,
      bytes,
      ...used.map((category) => breakdown![category]),
    ]),
  });
  const shapes = markup`${areas(moments, used, x, y)}
    <line class="peak" x1="0" x2="1000" y1="${y(peakBytes)}" y2="${y(peakBytes)}" />
    <path class="peak-dot" d="M${rounded((1000 * (at + 0.5)) / moments.length)} ${y(peakBytes)}h0.01" />
    <line class="cursor" x1="-9" x2="-9" y1="0" y2="1000" />`;
  return markup`<h3 id="${id}-timeline">Memory over a training step</h3>
    <p>
      Peak <b>${readable(peakBytes)}</b> (${grouped(peakBytes)} bytes), in ${peakAt.phase} of
      <code>${peakAt.path}</code>: ${parts(training)}.
    </p>
    <p class="hint">
      Point into the chart, or focus it and use the arrow keys. Beside the operator it says what its memory is
      made of.
    </p>
    <p class="readout" aria-live="polite" data-readout>&nbsp;</p>
    ${plot({
      label,
      xTitle: 'operators of a step, in their order',
      yTitle: 'live tensors, bytes',
      xTicks: phases(moments),
      yTicks: ticks,
      shapes,
      attributes: markup`role="slider" tabindex="0" aria-label="${label}" aria-valuemin="1"
      aria-valuemax="${moments.length}" aria-valuenow="${at + 1}" aria-valuetext="${moments[at]!.path}"
      data-moments="${data}"`,
    })}
    <ul class="key">
      ${used.map((category) => markup`<li><span class="dot ${category}"></span>${words[category]}</li>`)}
      <li><span class="dot peak"></span>peak</li>
    </ul>`;
}

const rounded = (value: number) => Math.round(value * 100) / 100;

/** The operator within which the peak comes: of those of its name the one that most is live after. */
function peakMoment(moments: readonly Moment[], { peakAt }: TrainingMemory): number {
  let found = 0;
  let most = -1;
  for (const [i, { phase, path, bytes }] of moments.entries()) {
    if (phase !== peakAt.phase || path !== peakAt.path || bytes <= most) continue;
    [found, most] = [i, bytes];
  }
  return found;
}

/** What the peak is made of, the largest first. */
const parts = (training: TrainingMemory): string =>
  categories
    .filter((category) => training[category] > 0)
    .sort((a, b) => training[b] - training[a])
    .map((category) => `${readable(training[category])} ${words[category]}`)
    .join(', ');

/** One area a category, each on those before it; as steps, because nothing changes between operators. */
function areas(
  moments: readonly Moment[],
  used: readonly Category[],
  x: (i: number) => number,
  y: (bytes: number) => number,
): Markup[] {
  const below = moments.map(() => 0);
  return used.map((category) => {
    const floor = below.slice();
    for (const [i, { breakdown }] of moments.entries()) below[i]! += breakdown![category];
    const up = below.map((bytes, i) => `${x(i)} ${y(bytes)}H${x(i + 1)}`).join('L');
    const down = floor.map((bytes, i) => `${x(i + 1)} ${y(bytes)}H${x(i)}`);
    return markup`<path class="${category}" d="M${up}L${down.reverse().join('L')}Z" />`;
  });
}

/** Where each phase begins. */
function phases(moments: readonly Moment[]): Tick[] {
  return moments.flatMap(({ phase }, i) =>
    phase === moments[i - 1]?.phase ? [] : [{ at: i / moments.length, text: phase }],
  );
}
