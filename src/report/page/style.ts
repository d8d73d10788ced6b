import type { Tone } from '../../draw/figure.ts';
import { palette } from '../../draw/palette.ts';

/** Fill and outline of the tones on a dark page. */
const dark: Readonly<Record<Tone, readonly [fill: string, line: string]>> = {
  ink: ['#e6edf3', '#e6edf3'],
  faint: ['#adb6c0', '#adb6c0'],
  edge: ['#8b949e', '#8b949e'],
  frame: ['#161b22', '#484f58'],
  block: ['#2b323b', '#7d8590'],
  tensor: ['#0d1117', '#7d8590'],
  conv: ['#16345c', '#5a9cf0'],
  linear: ['#173f22', '#57b866'],
  activation: ['#4b3210', '#e0a040'],
  pool: ['#541f22', '#ee7b7b'],
  norm: ['#372a58', '#a98be6'],
  dropout: ['#33373c', '#9a9a9a'],
  reshape: ['#38352a', '#bfb692'],
  join: ['#453b08', '#d4b72c'],
  resize: ['#123f3b', '#4bbdb3'],
};

/** Colors of series and of kinds of memory: told apart by more than their hue, on white and on black. */
const series = {
  parameters: '#3b82d6',
  buffers: '#57606a',
  inputs: '#c2a200',
  gradients: '#3f9b4c',
  optimizerState: '#8a63d2',
  activations: '#d98a1f',
  temporaries: '#d65a5a',
  training: '#d98a1f',
  inference: '#3b82d6',
  limit: '#c2255c',
  peak: '#c2255c',
  series0: '#3b82d6',
  series1: '#d98a1f',
  series2: '#3f9b4c',
  series3: '#8a63d2',
  series4: '#2f9c93',
  series5: '#d65a5a',
} as const;

const tones = Object.keys(palette) as Tone[];

const lightVariables = [
  '--paper:#fff;--sunken:#f6f8fa;--rule:#d0d7de;--ink:#1f2328;--faint:#57606a;--accent:#0a58ca;--bar:#3b82d6;--warn:#8a5300;--limit:#c2255c',
  ...tones.map((tone) => `--${tone}-fill:${palette[tone].fill};--${tone}-line:${palette[tone].line}`),
].join(';');

const darkVariables = [
  'color-scheme:dark;--paper:#0d1117;--sunken:#161b22;--rule:#30363d;--ink:#e6edf3;--faint:#adb6c0;--accent:#79b8ff;--bar:#4a90e2;--warn:#e3b341;--limit:#ff7aa8',
  ...tones.map((tone) => `--${tone}-fill:${dark[tone][0]};--${tone}-line:${dark[tone][1]}`),
].join(';');

const colors = Object.entries(series).map(
  ([name, color]) => `.dot.${name}{background:${color}}.shapes .${name}{--own:${color}}`,
);
const families = tones.map((tone) => `.dot.${tone}{background:var(--${tone}-line)}`);

/** The page's style sheet. Nothing in it is loaded from anywhere. */
export const pageStyle = `
:root{color-scheme:light;${lightVariables}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${darkVariables}}}
@media screen{:root[data-theme=dark]{${darkVariables}}}
*{box-sizing:border-box}
body{margin:0;background:var(--sunken);color:var(--ink);font:15px/1.5 system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}
header,main,footer{max-width:1120px;margin:0 auto;padding:16px}
header{display:flex;flex-wrap:wrap;gap:8px 20px;align-items:baseline}
h1{font-size:22px;margin:0;flex:1 1 auto}h2{font-size:20px;margin:0 0 4px;overflow-wrap:anywhere}h3{font-size:16px;margin:28px 0 6px}
nav a{margin-right:14px}a{color:var(--accent)}
button{font:inherit;color:inherit;background:none;border:1px solid var(--rule);border-radius:6px;padding:3px 10px;cursor:pointer}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.card{background:var(--paper);border:1px solid var(--rule);border-radius:10px;padding:20px;margin:0 0 20px}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:14px 0}
.facts div{background:var(--sunken);border:1px solid var(--rule);border-radius:8px;padding:10px 12px;min-width:0}
.facts dt{color:var(--faint);font-size:13px}.facts dd{margin:0;font-size:17px;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.facts small{display:block;font-size:12px;font-weight:400;color:var(--faint)}
.warning{color:var(--warn);margin:6px 0;overflow-wrap:anywhere}
.hint,.axis,small{color:var(--faint)}.hint{font-size:13px;margin:0 0 4px}
.readout{min-height:3em;margin:0;font-size:13px;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.scroll{overflow:auto;max-height:75vh;border:1px solid var(--rule);border-radius:8px}
.picture{margin:8px 0}.picture summary,details summary{cursor:pointer;padding:4px 0}.picture svg{display:block;margin:0 auto}
table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:4px 10px;border-top:1px solid var(--rule);vertical-align:top;white-space:nowrap}
thead th{border-top:0;background:var(--sunken)}.scroll>table>thead th{position:sticky;top:0}
tbody th{font-weight:500}tfoot th,tfoot td{font-weight:600;background:var(--sunken)}
.number{text-align:right}.ratio{color:var(--faint);margin-left:6px}tr.part th{padding-left:24px;font-weight:400}
thead button{border:0;padding:0;font-weight:600}th[aria-sort=ascending] button::after{content:' ▲'}th[aria-sort=descending] button::after{content:' ▼'}
tbody tr:hover,tbody tr:focus{background:var(--sunken)}tbody tr:focus{outline:2px solid var(--accent);outline-offset:-2px}
.bar{display:block;width:100%;min-width:90px;height:6px;margin-top:2px;background:var(--sunken)}.bar rect{fill:var(--bar)}
.dot{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:6px}
.key{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;margin:6px 0 0;padding:0;font-size:13px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:24px;margin-bottom:16px}
figure{margin:0;min-width:0}figcaption{font-weight:600;font-size:14px}
.plot{display:grid;grid-template-columns:62px minmax(0,1fr);grid-template-rows:auto 240px 20px auto;column-gap:6px;padding-right:6px}
.axis{grid-column:1/3;margin:0 0 10px;font-size:12px}.axis.x{grid-column:2;text-align:center}
.plot svg{overflow:visible;display:block}.plot text{font-size:11px;fill:var(--faint)}
.ys{grid-column:1;width:100%;height:100%}.xs{grid-column:2;width:100%;height:20px}
.area{grid-column:2;position:relative;height:240px}.area>svg{position:absolute;inset:0;width:100%;height:100%}
.grid{stroke:var(--rule)}.shapes>*{vector-effect:non-scaling-stroke}
.shapes path{fill:var(--own)}.shapes .band{opacity:.35}
.shapes .line{fill:none;stroke:var(--own);stroke-width:2}
.shapes .point{fill:none;stroke:var(--own);stroke-width:8;stroke-linecap:round}.shapes .point:hover,.shapes .point:focus{stroke-width:13;outline:none}
.peak,.shapes .limit{stroke:var(--limit);stroke-dasharray:6 4;stroke-width:1.5}
.shapes .peak-dot{fill:none;stroke:var(--limit);stroke-width:10;stroke-linecap:round}.cursor{stroke:var(--ink);stroke-width:1}
footer{color:var(--faint);font-size:13px}
code{font:13px ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
@media(max-width:600px){.facts{grid-template-columns:repeat(auto-fit,minmax(140px,1fr))}.facts dd{font-size:14px}.facts div{padding:8px}header,main,footer{padding:10px}.card{padding:12px;border-radius:8px}}
@media print{body{background:#fff;font-size:11px}header button,nav,.hint,.readout{display:none}.card{border:0;padding:0;break-before:page}.card:first-child{break-before:auto}.scroll{max-height:none;overflow:visible;border:0}.picture svg{max-width:100%;height:auto}thead th{position:static}tfoot{display:table-row-group}tr,figure{break-inside:avoid}}
${colors.join('')}${families.join('')}
`;
