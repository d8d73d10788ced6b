import type { Analysis, LayerAnalysis } from '../../../analysis/analysis.ts';
import { readable } from '../../../core/bytes.ts';
import { grouped, share } from '../../../core/numbers.ts';
import { formatShape } from '../../../core/shape.ts';
import { markup, type Markup } from '../html.ts';

/** A quantity of layers that is drawn as bars. */
interface Measure {
  readonly head: string;
  /** What is said of a row, `#` for the number. */
  readonly words: string;
  readonly of: (layer: LayerAnalysis) => number;
  readonly text: (value: number) => string;
}

const measures: readonly Measure[] = [
  { head: 'parameters', words: '# parameters', of: ({ params }) => params, text: grouped },
  { head: 'MACs', words: '# MACs', of: ({ macs }) => macs, text: grouped },
  { head: 'kept for backward', words: 'keeps #', of: ({ savedBytes }) => savedBytes, text: readable },
];

/** A row a layer, with bars; the headings sort, and a row says more of itself where the pointer or the focus is. */
export function layersSection({ layers, memory }: Analysis, id: string): Markup {
  // Without training nothing is kept.
  const known = (memory.training ? measures : measures.slice(0, 2)).map((measure) => {
    const values = layers.map(measure.of);
    const total = values.reduce((sum, value) => sum + value, 0);
    return { ...measure, total, most: values.reduce((most, value) => Math.max(most, value), 0) };
  });
  const heads = ['#', 'layer', 'kind', 'output', ...known.map(({ head }) => head)];
  const rows = layers.map((layer, i) => {
    const about = known.map(({ words, of, text, total }) => {
      const value = of(layer);
      const part = share(value, total);
      return `${words.replace('#', text(value))}${part === '' ? '' : ` (${part} %)`}`;
    });
    const output = formatShape(layer.outputShape);
    const says = `${layer.path}: ${layer.kind}, gives ${output}; ${about.join(', ')}`;
    return markup`<tr tabindex="${i === 0 ? 0 : -1}" data-about="${says}">
      <td data-value="${i}">${i + 1}</td>
      <th scope="row" data-value="${layer.path}">${layer.path}</th>
      <td data-value="${layer.kind}"><span class="dot ${layer.family}"></span>${layer.kind}</td>
      <td data-value="${elementsOf(layer)}">${output}</td>
      ${known.map(({ of, text, most }) => barCell(of(layer), most, text))}
    </tr>`;
  });
  return markup`<h3 id="${id}-layers">Layers</h3>
    <p class="hint">A heading sorts. Point at a row, or go through them with the arrow keys.</p>
    <p class="readout" aria-live="polite" data-readout>&nbsp;</p>
    <div class="scroll" role="region" aria-labelledby="${id}-layers" tabindex="0">
      <table class="layers">
        <thead>
          <tr>
            ${heads.map(
              (head, i) =>
                markup`<th scope="col" aria-sort="${i === 0 ? 'ascending' : 'none'}">
                  <button type="button" data-sort="${i}">${head}</button>
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
        <tfoot>
          <tr>
            <td></td>
            <th scope="row">total</th>
            <td></td>
            <td></td>
            ${known.map(({ total, text }) => markup`<td class="number">${text(total)}</td>`)}
          </tr>
        </tfoot>
      </table>
    </div>`;
}

const elementsOf = ({ outputShape }: LayerAnalysis) => outputShape.reduce((size, side) => size * side, 1);

function barCell(value: number, most: number, text: (value: number) => string): Markup {
  const width = most === 0 ? 0 : Math.round((10000 * value) / most) / 100;
  return markup`<td class="number" data-value="${value}">
    ${text(value)}
    <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect width="${width}" height="6" />
    </svg>
  </td>`;
}
