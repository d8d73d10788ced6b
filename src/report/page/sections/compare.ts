import type { Analysis } from '../../../analysis/analysis.ts';
import { grouped, ratio } from '../../../core/numbers.ts';
import { quantities, type Quantity } from '../../subjects/compare/quantities.ts';
import { markup, nothing, type Markup } from '../html.ts';

/** Networks side by side: each quantity as a bar of the largest, with its ratio to the first network's. */
export function compareSection(analyses: readonly Analysis[]): Markup {
  if (analyses.length < 2) return nothing;
  return markup`<section class="card" id="compared">
    <h2>Side by side</h2>
    <div class="scroll" role="region" aria-label="Networks side by side" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">quantity</th>
            <th scope="col">unit</th>
            ${analyses.map(({ model }) => markup`<th scope="col">${model.name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${quantities(analyses).map(row)}
        </tbody>
      </table>
    </div>
  </section>`;
}

function row({ name, unit, values, part }: Quantity): Markup {
  const most = values.reduce<number>((largest, value) => Math.max(largest, value ?? 0), 0);
  const [first] = values;
  const cells = values.map((value, i) => {
    if (value === null) return markup`<td class="number">–</td>`;
    const against = i > 0 && first !== null && first !== undefined ? ` ${ratio(value, first)}` : '';
    const width = most === 0 ? 0 : Math.round((10000 * value) / most) / 100;
    return markup`<td class="number" data-value="${value}">
      ${grouped(value)}<span class="ratio">${against}</span>
      <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width="${width}" height="6" />
      </svg>
    </td>`;
  });
  return markup`<tr class="${part ? 'part' : 'whole'}">
    <th scope="row">${name}</th>
    <td>${unit}</td>
    ${cells}
  </tr>`;
}
