import { markup, type Markup } from '../html.ts';

/** A place on an axis, from 0 at the left or at the bottom to 1, and what is written there. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface Plot {
  /** What the chart shows, for those who do not see it. */
  readonly label: string;
  /** With their units. */
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  /** In a square of 1000 by 1000, from the upper left corner, which is stretched to the room that there is. */
  readonly shapes: Markup;
  /** Words on lines across the chart, at their height. */
  readonly notes?: readonly Tick[];
  /** Further attributes of the chart's element. */
  readonly attributes?: Markup;
}

const percent = (share: number) => `${Math.round(share * 10000) / 100}%`;

const anchorAt = (at: number) => (at < 0.04 ? 'start' : at > 0.96 ? 'end' : 'middle');

/** Lines and areas stretch with the page, texts keep their size. */
export function plot({
  label,
  xTitle,
  yTitle,
  xTicks,
  yTicks,
  shapes,
  notes = [],
  attributes,
}: Plot): Markup {
  const lines = yTicks.map(({ at }) => {
    const y = percent(1 - at);
    return markup`<line x1="0" x2="100%" y1="${y}" y2="${y}" class="grid" />`;
  });
  const beside = yTicks.map(
    ({ at, text }) => markup`<text x="100%" y="${percent(1 - at)}" dy="4" text-anchor="end">${text}</text>`,
  );
  const beneath = xTicks.map(
    ({ at, text }) => markup`<text x="${percent(at)}" y="14" text-anchor="${anchorAt(at)}">${text}</text>`,
  );
  const words = apart(notes).map(
    ({ at, text }) => markup`<text x="6" y="${percent(1 - at)}" dy="-4">${text}</text>`,
  );
  return markup`<div class="plot">
    <p class="axis">${yTitle}</p>
    <svg class="ys" aria-hidden="true">${beside}</svg>
    <div class="area" ${attributes ?? markup`role="img" aria-label="${label}"`}>
      <svg class="lines" aria-hidden="true">${lines}${words}</svg>
      <svg class="shapes" viewBox="0 0 1000 1000" preserveAspectRatio="none">${shapes}</svg>
    </div>
    <svg class="xs" aria-hidden="true">${beneath}</svg>
    <p class="axis x">${xTitle}</p>
  </div>`;
}

/** Of an axis' height: what a line of words takes. */
const LINE = 0.06;

/** Those that the ones before them leave room for, the highest first. */
function apart(notes: readonly Tick[]): Tick[] {
  const kept: Tick[] = [];
  for (const note of notes.toSorted((a, b) => b.at - a.at)) {
    if (kept.every(({ at }) => at - note.at >= LINE)) kept.push(note);
  }
  return kept;
}
