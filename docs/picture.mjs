// Draws docs/vgg11.svg from what `vgg-inspect vgg11` prints, colors and all. Usage: node docs/picture.mjs
/* eslint-disable no-control-regex -- the escape character is what begins a color */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const command = ['vgg11', '--input', '1x1x224x224'];
const [charWidth, lineHeight, margin] = [8.4, 19, 20];

/** What the escape codes of the table do to a text. */
const styles = {
  1: 'font-weight="bold" fill="#ffffff"',
  2: 'fill="#7d8590"',
  33: 'fill="#e3b341"',
};

/** The words of a line: `[column, text, style]`. */
function words(line) {
  const found = [];
  let column = 0;
  let style;
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    const code = /^\u001b\[(\d+)m$/.exec(part)?.[1];
    if (code !== undefined) {
      style = styles[code];
      continue;
    }
    for (const { 0: word, index } of part.matchAll(/\S+/g)) found.push([column + index, word, style ?? '']);
    column += part.length;
  }
  return found;
}

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const bin = fileURLToPath(new URL('../bin/vgg-inspect.js', import.meta.url));
const output = execFileSync(process.execPath, [bin, ...command, '--color'], {
  env: { ...process.env, COLUMNS: '84' },
  encoding: 'utf8',
});
const lines = [`\u001b[2m$\u001b[22m vgg-inspect ${command.join(' ')}`, '', ...output.trimEnd().split('\n')];
// Each word is given its place and width, so that the columns stay in line whatever font the reader has.
const texts = lines.flatMap((line, row) =>
  words(line).map(([column, text, style]) => {
    const [x, y] = [margin + column * charWidth, margin + (row + 0.75) * lineHeight].map((n) => n.toFixed(1));
    const width = ([...text].length * charWidth).toFixed(1);
    return `<text x="${x}" y="${y}" textLength="${width}" lengthAdjust="spacingAndGlyphs" ${style}>${escape(text)}</text>`;
  }),
);
const columns = Math.max(...lines.map((line) => line.replaceAll(/\u001b\[\d+m/g, '').length));
const [width, height] = [2 * margin + columns * charWidth, 2 * margin + lines.length * lineHeight].map(
  Math.ceil,
);
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>The output of vgg-inspect ${command.join(' ')}</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#c9d1d9" xml:space="preserve">
${texts.join('\n')}
</g>
</svg>
`;
writeFileSync(new URL('vgg11.svg', import.meta.url), svg);
