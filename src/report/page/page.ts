import type { Analysis } from '../../analysis/analysis.ts';
import type { Fit } from '../../analysis/fit/fit.ts';
import { formatShape } from '../../core/shape.ts';
import { pageScript } from './client/script.ts';
import { markup, nothing, raw, type Markup } from './html.ts';
import { compareSection } from './sections/compare.ts';
import { fitSection } from './sections/fit.ts';
import { layersSection } from './sections/layers.ts';
import { pictures, summary } from './sections/network.ts';
import { timelineSection } from './sections/timeline.ts';
import { pageStyle } from './style.ts';

/** A network of a page. */
export interface PageEntry {
  /** With `memory.training.timeline` by category, where it is to be drawn. */
  readonly analysis: Analysis;
  /** Absent where PyTorch refuses to train the network. */
  readonly fit?: Fit | undefined;
}

export interface PageOptions {
  /** Pictures are folded to this depth; to what has room when left out. */
  readonly depth?: number | undefined;
}

/**
 * One file with everything in it: it loads nothing, and its policy lets it load nothing. Text that ends with a line
 * end; the same networks give the same bytes.
 */
export async function reportPage(
  entries: readonly PageEntry[],
  { depth }: PageOptions = {},
): Promise<string> {
  const title = `${entries.map(({ analysis }) => analysis.model.name).join(', ')} – vgg-inspect`;
  const script = `(${pageScript.toString()})({document,matchMedia:(query)=>matchMedia(query)});`;
  const policy = [
    "default-src 'none'",
    `style-src '${await hashOf(pageStyle)}'`,
    `script-src '${await hashOf(script)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const { html } = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        <style>${raw(pageStyle)}</style>
      </head>
      <body>
        <header>
          <h1>${title.replace(' – vgg-inspect', '')}</h1>
          ${contents(entries)}
          <button type="button" data-theme-switch hidden>Dark</button>
        </header>
        <main>
          ${compareSection(entries.map(({ analysis }) => analysis))}
          ${entries.map((entry, i) => networkSection(entry, idOf(i), depth))}
        </main>
        <footer>${counted(entries)}</footer>
        <script>${raw(script)}</script>
      </body>
    </html>`;
  return `${html}\n`;
}

const idOf = (i: number) => `net${i + 1}`;

function contents(entries: readonly PageEntry[]): Markup {
  if (entries.length < 2) return nothing;
  const links = entries.map(({ analysis }, i) => markup`<a href="#${idOf(i)}">${analysis.model.name}</a>`);
  return markup`<nav aria-label="Networks"><a href="#compared">side by side</a>${links}</nav>`;
}

/** The rule by which the numbers were counted, and what of these networks no number has. */
function counted(entries: readonly PageEntry[]): Markup {
  const [first] = entries;
  if (!first) return nothing;
  const { params, macs, flops } = first.analysis.convention;
  const without = new Set(entries.flatMap(({ analysis }) => analysis.convention.notCounted));
  return markup`<p>Parameters: ${params}. MACs: ${macs}. FLOPs: ${flops}.</p>
    ${without.size > 0 ? markup`<p>Not counted: ${[...without].join('; ')}.</p>` : nothing}`;
}

function networkSection({ analysis, fit }: PageEntry, id: string, depth: number | undefined): Markup {
  const { model, input, memory } = analysis;
  return markup`<section class="card" id="${id}" aria-labelledby="${id}-name">
    <h2 id="${id}-name">${model.name}</h2>
    <small>${model.source} · ${formatShape(input.shape)} · ${input.dtype}</small>
    ${summary(analysis)} ${pictures(analysis, id, depth)} ${layersSection(analysis, id)}
    ${memory.training ? timelineSection(memory.training, id) : nothing} ${fit ? fitSection(fit, id) : nothing}
  </section>`;
}

/** As a policy names what it allows. */
async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
