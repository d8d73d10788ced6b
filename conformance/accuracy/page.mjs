/** The text of docs/accuracy.md and its pictures, of compared rows (`predict.mjs`). Nothing here reads or writes. */
import { accuracy, counted, coverage, groupBy, withOneFactor } from './statistics.mjs';

const percent = (part) => `${(100 * part).toFixed(1)} %`;
const likely = (row) => row.likely;

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** One line a source: errors of `likely`, of simpler rules, and of other estimators for the same rows. */
function accuracyTable(compared, simpler) {
  const lines = [...groupBy(compared, ({ source }) => source)].flatMap(([source, all]) => {
    const rows = counted(all);
    const [first] = rows;
    if (!first) return [];
    const own = accuracy(rows, likely);
    const simple = simpler.of(rows);
    const others = Object.keys(first.others).map((name) => {
      const other = accuracy(rows, (row) => row.others[name] ?? Number.NaN);
      return `${name} ${percent(other.median)} / ${percent(other.ninety)}`;
    });
    const range = first.low === undefined ? undefined : coverage(rows);
    return [
      [
        source,
        first.level,
        all.length === rows.length ? all.length : `${rows.length} of ${all.length}`,
        percent(own.median),
        percent(own.ninety),
        percent(own.worst),
        range ? `${percent(range.inside)}, ${percent(range.width)} wide` : '–',
        [`${simpler.name} ${percent(simple.median)} / ${percent(simple.ninety)}`, ...others].join('; '),
      ],
    ];
  });
  const head = [
    'source',
    'level',
    'rows',
    'median',
    '90 %',
    'worst',
    'inside the range',
    'others on these rows',
  ];
  return table(head, lines);
}

const TENSORS = { name: 'the tensors alone', of: (rows) => accuracy(rows, ({ bound }) => bound) };
const ROOFLINE = { name: 'one-factor roofline', of: withOneFactor };

function sourcesList(sources) {
  return Object.values(sources)
    .map(({ repo, path, commit, licence, gpu, framework, conditions }) => {
      const place = `\`${repo}\` at \`${commit.slice(0, 12)}\`, \`${path}\` (${licence})`;
      return `- ${[place, gpu, framework, conditions].filter(Boolean).join('; ')}`;
    })
    .join('\n');
}

function outliers(compared, amount) {
  const flagged = compared.filter(({ flag }) => flag !== undefined);
  const worst = counted(compared)
    .toSorted((a, b) => Math.abs(b.likely / b.measured - 1) - Math.abs(a.likely / a.measured - 1))
    .slice(0, 12);
  const line = (row) => [
    row.source,
    row.name,
    row.measured === undefined ? 'ran out of memory' : amount(row.measured),
    amount(row.likely),
    row.measured === undefined ? '' : percent(row.likely / row.measured - 1),
    row.flag ?? '',
  ];
  return table(
    ['source', 'row', 'measured', 'likely', 'off by', 'not counted because'],
    [...flagged, ...worst].map(line),
  );
}

function ladderText(ladders) {
  if (ladders.length === 0) return '';
  const two = ladders.filter(({ fails }) => fails !== undefined);
  const wrong = ladders.filter(({ right }) => !right);
  const text =
    `\`timm\`'s ladders of batch sizes end with the largest that ran on a card, and the next, which failed. Of ` +
    `${two.length} with both ends the first is likely to fit and the second is not in ` +
    `${two.filter(({ right }) => right).length}; of ${ladders.length - two.length} whose last step ran that is ` +
    `likely to fit in ${ladders.filter(({ fails, right }) => fails === undefined && right).length}. Not so:`;
  const rows = wrong.map(({ source, name, ran, failed, fits, fails }) => [
    source,
    name,
    `${ran}: ${gib(fits)}`,
    failed === undefined ? '–' : `${failed}: ${gib(fails)}`,
  ]);
  return `${text}\n\n${table(['source', 'network', 'ran, and likely needs', 'failed, and likely needs'], rows)}`;
}

const gib = (bytes) => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
const milliseconds = (seconds) => `${(1e3 * seconds).toFixed(1)} ms`;

/** The page. `rows` are `{memory, times, ladders, sources}`. */
export const pageOf = ({ memory, times, ladders, sources, command }) => `# How far predictions are off

This page is made by one command from the measurements of others and of our own, and holds what it computed:

\`\`\`
${command}
\`\`\`

Errors are |predicted / measured − 1| of \`likely\`; 90 % is the error that nine of ten rows stay below. Rows that ran out
of memory, or that their source marks as outliers, are shown and not counted. \`--rows FILE --networks FOLDER\` adds rows
of the same form (\`fixtures/measured/memory.json\`) with specs of their networks, \`NAME-PIXELS.json\`: here GPUMemNet's
figures, which state no license and are not shipped, and timm's networks that are not built in.

## Memory

![predicted against measured memory](accuracy-memory.svg)

${accuracyTable(memory, TENSORS)}

${ladderText(ladders)}

What was fitted: the share of the largest convolution's operands that cuDNN's workspaces take (0.75; 1.5 with
\`cudnn.benchmark\`) and the context of the A100 server (1,740 MiB) on \`gpumemnet-timm\` and our H100, the share of the
allocator's surplus that a full card needs (0.5) on the ladders, and the ends of the ranges (0.3 and 1.16) on \`xmem\` and
our H100. Reserved memory is simulated and has nothing fitted. With the workspace and the context fitted on one half of
the networks of \`gpumemnet-timm\` and tested on the other, the medians were 1.4 % and 1.5 %, and 90 % below 6.5 % and
7.1 %. The form of the model, the ends of the ranges and the share of a full card were chosen with all of these rows in
sight: rows that are not here may come out worse. \`xmem\` measures the use of a card less its
first sample, so that no context is in it; what is beyond the card less 500 MiB cannot be reserved.

Our own H100 (\`fixtures/gpu\`, PyTorch 2.11, no \`cudnn.benchmark\`): reserved memory of training is 0.5 % off in the
median with one image, 5 % with eight and 7 % with 64, where cuDNN's workspaces stay in the allocator's cache: it is then
too low, for VGG networks by up to 30 %. The range holds it in 19 of 20 steps.

## Time

![predicted against measured time](accuracy-time.svg)

${accuracyTable(times, ROOFLINE)}

What was fitted: the constants of \`src/analysis/time/calibration.ts\`, once, for all networks and devices, with logarithms
of times and a loss that grows linearly for outliers; ConvNeXt and ConvMixer, whose specs only come near to timm's, were
left out. Fitted on one half of the networks and tested on the other, inference of \`timm\` was 4.3 % off in the median and
12.2 % at 90 %, training 8.0 % and 24.4 %; of \`ryu\` 11.9 % and 29.1 %, and 8.9 % and 25.8 %, where each machine had a
host and a copy of its own; of our H100 (\`fixtures/gpu-time\`, batches of 1, 16 and 128) 17.8 % and 38.6 %, and 15.8 % and
40.3 %, most of it the host's. The table has one host for all, chosen near the middle of four machines, and no copy: \`ryu\`'s batches of
12 wait for hosts and PyTorch versions of their time, and are copied from pageable memory within the timed step, so that
the model is low there. Grouped convolutions in NHWC were slow to train with PyTorch 1.12 and are not always today.

The roofline is a bound where every multiplication is made and every byte moved: Winograd in float32 (Pascal, Volta,
Turing) goes below it by up to a quarter, and a device whose L2 holds a whole layer may.

## What is most off, and what is not counted

${outliers(memory, gib)}

${outliers(times, milliseconds)}

## Sources

${sourcesList(sources)}
`;

const COLORS = ['#0969da', '#bc4c00', '#1a7f37', '#8250df', '#cf222e', '#9a6700', '#0a7d91', '#57606a'];
const [SIDE, MARGIN] = [420, 56];

/** Predicted against measured on logarithmic axes, a color a device; the line is where both are equal. */
export function scatter(compared, { size, name }, title) {
  const rows = counted(compared).map((row) => ({
    ...row,
    measured: row.measured / size,
    likely: row.likely / size,
  }));
  const values = rows.flatMap(({ measured, likely: ours }) => [measured, ours]);
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  const at = (value) => MARGIN + ((Math.log10(value) - low) / (high - low)) * SIDE;
  const up = (value) => 2 * MARGIN + SIDE - at(value);
  const groups = [...groupBy(rows, ({ gpu }) => gpu)];
  const dots = groups.map(([, of], i) =>
    of
      .map(({ measured, likely: ours }) => {
        const [x, y] = [at(measured), up(ours)].map((place) => place.toFixed(1));
        return `<circle cx="${x}" cy="${y}" r="2.4" fill="${COLORS[i % COLORS.length]}" fill-opacity="0.65"/>`;
      })
      .join(''),
  );
  const legend = groups.map(([gpu, of], i) => {
    const y = MARGIN + 16 + 16 * i;
    return (
      `<circle cx="${MARGIN + 12}" cy="${y - 4}" r="4" fill="${COLORS[i % COLORS.length]}"/>` +
      `<text x="${MARGIN + 22}" y="${y}">${gpu} (${of.length})</text>`
    );
  });
  const steps = high - low < 2 ? [1, 2, 5] : [1];
  const powers = Array.from({ length: Math.ceil(high - low) + 2 }, (_, i) => 10 ** (Math.floor(low) + i));
  const ticks = powers
    .flatMap((power) => steps.map((step) => step * power))
    .filter((value) => Math.log10(value) >= low && Math.log10(value) <= high);
  const [end, bottom] = [MARGIN + SIDE, MARGIN + SIDE];
  const axes = ticks.map(
    (value) =>
      `<line x1="${at(value)}" y1="${MARGIN}" x2="${at(value)}" y2="${bottom}" stroke="#d0d7de"/>` +
      `<line x1="${MARGIN}" y1="${up(value)}" x2="${end}" y2="${up(value)}" stroke="#d0d7de"/>` +
      `<text x="${at(value)}" y="${bottom + 16}" text-anchor="middle">${Number(value.toPrecision(1))} ${name}</text>` +
      `<text x="${MARGIN - 6}" y="${up(value) + 4}" text-anchor="end">${Number(value.toPrecision(1))}</text>`,
  );
  const whole = SIDE + 2 * MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole} ${whole}" width="${whole}" height="${whole}" font-family="sans-serif" font-size="12" fill="#1f2328" role="img" aria-label="${title}">
<rect width="${whole}" height="${whole}" fill="#ffffff"/>
${axes.join('\n')}
<rect x="${MARGIN}" y="${MARGIN}" width="${SIDE}" height="${SIDE}" fill="none" stroke="#57606a"/>
<line x1="${MARGIN}" y1="${bottom}" x2="${end}" y2="${MARGIN}" stroke="#57606a"/>
${dots.join('\n')}
${legend.join('\n')}
<text x="${MARGIN + SIDE / 2}" y="${bottom + 36}" text-anchor="middle">measured</text>
<text x="${MARGIN - 40}" y="${MARGIN + SIDE / 2}" text-anchor="middle" transform="rotate(-90 ${MARGIN - 40} ${MARGIN + SIDE / 2})">likely, ${name}</text>
<text x="${MARGIN + SIDE / 2}" y="${MARGIN - 20}" text-anchor="middle" font-size="15">${title}</text>
</svg>
`;
}
