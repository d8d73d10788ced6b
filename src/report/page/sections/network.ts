import type { Analysis } from '../../../analysis/analysis.ts';
import { readable, readableRange } from '../../../core/bytes.ts';
import { grouped } from '../../../core/numbers.ts';
import { formatShape } from '../../../core/shape.ts';
import { VggError } from '../../../core/errors/error.ts';
import { svg } from '../../../draw/formats/svg.ts';
import { styles } from '../../../draw/styles/registry.ts';
import type { Style } from '../../../draw/styles/style.ts';
import { markup, raw, type Markup } from '../html.ts';

/** The figures that are asked for first. */
export function summary({ model, input, totals, memory, warnings }: Analysis): Markup {
  const { training, inference, trainingRefused } = memory;
  const facts: readonly (readonly [name: string, value: string, more: string])[] = [
    ['parameters', grouped(totals.params), `${grouped(totals.trainableParams)} learned`],
    ['MACs', grouped(totals.macs), `of ${formatShape(input.shape)}, forward`],
    ['depth', `${model.weightLayers}`, 'layers with weights'],
    training
      ? [
          'training memory',
          readable(training.peakBytes),
          `${readableRange([training.deviceBytes.low, training.deviceBytes.high])} on the device`,
        ]
      : ['training memory', '–', trainingRefused?.message ?? ''],
    [
      'inference memory',
      readable(inference.peakBytes),
      `${readableRange([inference.deviceBytes.low, inference.deviceBytes.high])} on the device`,
    ],
  ];
  return markup`<dl class="facts">
      ${facts.map(
        ([name, value, more]) =>
          markup`<div>
            <dt>${name}</dt>
            <dd>${value}<small>${more}</small></dd>
          </div>`,
      )}
    </dl>
    ${warnings.map(({ message }) => markup`<p class="warning"><b>warning</b> ${message}</p>`)}`;
}

/** The network in every style; the widest is open, the long ones are not. */
export function pictures(analysis: Analysis, id: string, depth: number | undefined): Markup {
  const drawn = styles.toReversed().map(
    (style, i) => markup`<details class="picture" ${raw(i === 0 ? 'open' : '')}>
      <summary>${style.name}: ${style.about}</summary>
      ${picture(analysis, style, id, depth)}
    </details>`,
  );
  return markup`<h3>Drawn</h3>${drawn}`;
}

/** The figure, or why there is none: the rest of the page does not wait for it. */
function picture(analysis: Analysis, { name, draw }: Style, id: string, depth: number | undefined): Markup {
  try {
    const figure = svg(draw(analysis, depth), { prefix: `${id}-${name}-`, themed: true });
    const label = `${name} of ${analysis.model.name}`;
    return markup`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${raw(figure)}</div>`;
  } catch (error) {
    if (!(error instanceof VggError)) throw error;
    return markup`<p class="warning">${error.line}</p>`;
  }
}
