import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { collect } from '../lib/outcome.mjs';

/**
 * @import { Browser, Page } from 'playwright-core'
 * @import { Note, Outcome } from '../lib/types.ts'
 */

export const title = 'pictures and pages, in Chromium';

const browserFile = process.env.CHROMIUM ?? '/usr/bin/chromium';
const program = fileURLToPath(new URL('../../bin/vgg-inspect.js', import.meta.url));
const NETWORKS = ['vgg11', 'torchvision/resnet50', 'torchvision/googlenet', 'torchvision/vit_b_16'];
const STYLES = ['graph', 'blocks', 'volumes'];

const HOSTILE = '<img src=x onerror=alert(1)>';
const hostileSource = `
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.add_module('${HOSTILE}', nn.Conv2d(3, 8, 3))
        self.body = nn.Sequential(nn.ReLU(), nn.Flatten(), nn.Linear(7200, 10))

    def forward(self, x):
        return self.body(getattr(self, '${HOSTILE}')(x))
`;
/** What an input has that has no size of its own. */
const sized = (/** @type {string} */ network) =>
  network.endsWith('.py') ? [network, '--input', '1x3x32x32'] : [network];

/** @param {readonly string[]} words */
const vgg = (...words) =>
  execFileSync(process.execPath, [program, ...words], { encoding: 'utf8', maxBuffer: 1 << 28 });

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ note }) {
  if (!existsSync(browserFile)) {
    note(`skipped: ${browserFile} is not there (apt-get install chromium)`);
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'vgg-inspect-pictures-'));
  const browser = await chromium.launch({ executablePath: browserFile, args: ['--no-sandbox'] });
  try {
    const source = join(folder, 'hostile.py');
    writeFileSync(source, hostileSource);
    const outcomes = [];
    for (const network of [...NETWORKS, source]) {
      for (const style of STYLES) outcomes.push(await figure(browser, network, style));
    }
    for (const network of ['vgg11', 'torchvision/resnet50'])
      outcomes.push(await numbers(browser, folder, network));
    outcomes.push(await hostile(browser, folder, source));
    outcomes.push(await accessible(browser, folder));
    return [...outcomes, ...latex(folder, note)];
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

/**
 * SVG that a browser parses, whose labels keep apart as it lays them out.
 * @param {Browser} browser
 * @param {string} network
 * @param {string} style
 */
async function figure(browser, network, style) {
  const report = collect(`draw ${network.endsWith('.py') ? 'hostile names' : network} --style ${style}`);
  const svg = vgg('draw', ...sized(network), '--style', style);
  report.equal('a second run', svg, vgg('draw', ...sized(network), '--style', style));
  const page = await browser.newPage();
  await page.setContent('<!doctype html><body></body>');
  /** @type {{ parsed: string, boxes: [text: string, x: number, y: number, width: number, height: number][] }} */
  const { parsed, boxes } = await page.evaluate(`(() => {
    const svg = new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml').documentElement;
    document.body.append(document.adoptNode(svg));
    const boxes = [...document.querySelectorAll('text')].map((text) => {
      const { x, y, width, height } = text.getBBox();
      return [text.textContent, x, y, width, height];
    });
    return { parsed: svg.localName + (document.querySelector('parsererror, img') ? ' with an error' : ''), boxes };
  })()`);
  report.equal('what is parsed', parsed, 'svg');
  if (boxes.length < 4) report.problem(`${boxes.length} labels`);
  for (const [i, [text, x, y, width, height]] of boxes.entries()) {
    for (const [other, x2, y2, width2, height2] of boxes.slice(i + 1)) {
      // Of a line's height letters take three quarters.
      const [least, least2] = [height / 8, height2 / 8];
      const apart =
        x + width <= x2 + 0.5 ||
        x2 + width2 <= x + 0.5 ||
        y + height - least <= y2 + least2 ||
        y2 + height2 - least2 <= y + least;
      if (!apart) report.problem(`${text} lies on ${other}`);
    }
  }
  await page.close();
  return report.outcome();
}

/**
 * Opens a report and notes what it says to the console and what it asks the network for.
 * @param {Browser} browser
 * @param {string} folder
 * @param {readonly string[]} words
 * @param {object} options
 */
async function opened(browser, folder, words, options = {}) {
  const file = join(folder, 'report.html');
  vgg('report', ...words, '-o', file);
  const page = await browser.newPage(options);
  /** @type {string[]} */
  const said = [];
  /** @type {string[]} */
  const asked = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('dialog', (dialog) => {
    said.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => asked.push(request.url()));
  const address = pathToFileURL(file).href;
  await page.goto(address);
  return {
    page,
    /** @param {ReturnType<typeof collect>} report */
    quiet(report) {
      report.equal('the console', said, []);
      report.equal(
        'requests',
        asked.filter((url) => url !== address && !url.startsWith('data:')),
        [],
      );
    },
  };
}

/** @param {Page} page */
const readout = (page, /** @type {string} */ heading) =>
  page.locator(`h3[id$="${heading}"] ~ [data-readout]`).first().textContent();

/**
 * The page's numbers are the JSON's, and it answers to pointer and keyboard.
 * @param {Browser} browser
 * @param {string} folder
 * @param {string} network
 */
async function numbers(browser, folder, network) {
  const report = collect(`report ${network}`);
  const json = JSON.parse(vgg(network, '--json', '--memory'));
  const { page, quiet } = await opened(browser, folder, [network]);
  const rows = () =>
    page
      .locator('table.layers tbody tr')
      .evaluateAll((all) =>
        all.map((row) => [...row.children].map((cell) => cell.getAttribute('data-value'))),
      );
  const before = await rows();
  report.equal(
    'layers',
    before.map(([, path, , , params, macs, saved]) => [path, Number(params), Number(macs), Number(saved)]),
    json.layers.map(({ path, params, macs, savedBytes }) => [path, params, macs, savedBytes]),
  );
  const text = (await page.locator('.facts').textContent()) ?? '';
  for (const total of [json.totals.params, json.totals.macs]) {
    const written = total.toLocaleString('en-US');
    if (!text.includes(written)) report.problem(`${written} is not in the summary`);
  }

  await page.getByRole('button', { name: 'MACs' }).click();
  const macs = (await rows()).map((row) => Number(row[5]));
  report.equal(
    'sorted by MACs',
    macs,
    macs.toSorted((a, b) => b - a),
  );
  await page.getByRole('button', { name: 'MACs' }).press('Enter');
  report.equal(
    'and the other way',
    (await rows()).map((row) => Number(row[5])),
    macs.toSorted((a, b) => a - b),
  );
  await page.getByRole('button', { name: '#' }).click();
  report.equal('and back', await rows(), before);

  const first = page.locator('table.layers tbody tr').first();
  await first.hover();
  const hovered = (await readout(page, 'layers')) ?? '';
  if (!hovered.startsWith(json.layers[0].path)) report.problem(`the first row says ${hovered}`);
  await first.focus();
  await page.keyboard.press('ArrowDown');
  const second = (await readout(page, 'layers')) ?? '';
  if (!second.startsWith(json.layers[1].path)) report.problem(`the second row says ${second}`);

  const chart = page.getByRole('slider');
  await chart.focus();
  await page.keyboard.press('Home');
  const { timeline, peakBytes } = json.memory.training;
  const says = (/** @type {number} */ i) =>
    `${timeline[i].phase}, ${timeline[i].path}: ${timeline[i].bytes.toLocaleString('en-US')} bytes`;
  const said = async () => ((await readout(page, 'timeline')) ?? '').replace(/: .*?\((.*?)\).*/, ': $1');
  report.equal('the first moment', await said(), says(0));
  await page.keyboard.press('ArrowRight');
  report.equal('the second moment', await said(), says(1));
  await page.keyboard.press('End');
  report.equal('the last moment', await said(), says(timeline.length - 1));
  const box = await chart.boundingBox();
  if (box) await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  report.equal('the moment in the middle', await said(), says(Math.floor(timeline.length / 2)));
  const peak = `(${peakBytes.toLocaleString('en-US')} bytes)`;
  if (!(await page.locator('body').textContent())?.includes(peak))
    report.problem(`the peak, ${peak}, is missing`);

  const paper = () => page.evaluate(`getComputedStyle(document.querySelector('.card')).backgroundColor`);
  const light = await paper();
  await page.getByRole('button', { name: 'Dark' }).click();
  if ((await paper()) === light) report.problem('the switch leaves the theme as it is');
  await page.getByRole('button', { name: 'Dark' }).click();
  report.equal('the theme, switched twice', await paper(), light);
  await page.emulateMedia({ colorScheme: 'dark' });
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    report.equal(
      `its width at ${width} pixels`,
      await page.evaluate('document.documentElement.scrollWidth'),
      width,
    );
  }
  quiet(report);
  await page.close();
  return report.outcome();
}

/**
 * @param {Browser} browser
 * @param {string} folder
 * @param {string} source
 */
async function hostile(browser, folder, source) {
  const report = collect('report on a spec with hostile names');
  const { page, quiet } = await opened(browser, folder, sized(source));
  report.equal('images', await page.locator('img').count(), 0);
  const names = await page.locator('table.layers tbody th').allTextContents();
  report.equal('the first layer', names[0], HOSTILE);
  quiet(report);
  await page.close();
  return report.outcome();
}

/**
 * axe-core finds nothing serious, in both themes and at both widths.
 * @param {Browser} browser
 * @param {string} folder
 */
async function accessible(browser, folder) {
  const report = collect('axe-core on a report of two networks');
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const width of [1280, 360]) {
      const size = { viewport: { width, height: 800 }, colorScheme, bypassCSP: true };
      const { page } = await opened(browser, folder, ['vgg11', 'torchvision/resnet50'], size);
      await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
      await page.addScriptTag({ content: axe.source });
      /** @type {{ violations: { id: string, impact: string, nodes: { html: string }[] }[] }} */
      const { violations } = await page.evaluate('axe.run()');
      for (const { id, impact, nodes } of violations) {
        if (impact === 'minor' || impact === 'moderate') continue;
        report.problem(
          `${colorScheme}, ${width} pixels: ${impact}: ${id}, ${nodes.length} times, as ${nodes[0]?.html.slice(0, 120)}`,
        );
      }
      await page.close();
    }
  }
  return report.outcome();
}

/**
 * TikZ compiles without a package beyond it.
 * @param {string} folder
 * @param {Note} note
 * @returns {Outcome[]}
 */
function latex(folder, note) {
  try {
    execFileSync('pdflatex', ['--version'], { stdio: 'ignore' });
  } catch {
    note('TikZ is not compiled: pdflatex is not there (apt-get install texlive-latex-base texlive-pictures)');
    return [];
  }
  return NETWORKS.flatMap((network) =>
    STYLES.map((style) => {
      const report = collect(`draw ${network} --style ${style} -o net.tex`);
      vgg('draw', network, '--style', style, '-o', join(folder, 'net.tex'));
      const lines = [
        '\\documentclass{article}',
        '\\usepackage{tikz}',
        '\\begin{document}',
        '\\input{net.tex}',
        '\\end{document}',
      ];
      writeFileSync(join(folder, 'paper.tex'), lines.join('\n'));
      try {
        execFileSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', 'paper.tex'], {
          cwd: folder,
          encoding: 'utf8',
        });
      } catch (error) {
        const log = readFileSync(join(folder, 'paper.log'), 'utf8');
        report.problem(log.split('\n').find((line) => line.startsWith('!')) ?? String(error));
      }
      return report.outcome();
    }),
  );
}
