import { readFileSync } from 'node:fs';
import { collect } from '../lib/outcome.mjs';

export const title = 'published figures, against their sources';

/** Sources that can be installed: the release that has the README, and whether it stands in an environment of its own. */
const READMES = {
  'thop, README, results of recent models': { package: 'thop', version: '0.1.1.post2209072238' },
  'ptflops 0.6.9, README': { package: 'ptflops', version: '0.6.9', apart: true },
  'ptflops 0.7.5, README': { package: 'ptflops', version: '0.7.5' },
  'calflops 0.3.2, README': { package: 'calflops', version: '0.3.2', apart: true },
  'calflops 0.3.2, README, example': { package: 'calflops', version: '0.3.2', apart: true },
  'torchinfo 1.8.0, README, ResNet example': { package: 'torchinfo', version: '1.8.0', section: 'ResNet' },
};

const KERAS = 'keras.io, table of Keras Applications';
const KERAS_NAMES = {
  vgg16: 'VGG16',
  vgg19: 'VGG19',
  resnet50: 'ResNet50',
  resnet101: 'ResNet101',
  resnet152: 'ResNet152',
  inception_v3: 'InceptionV3',
  mobilenet_v2: 'MobileNetV2',
  densenet121: 'DenseNet121',
  densenet169: 'DenseNet169',
  densenet201: 'DenseNet201',
};

const nameOf = ({ network }) => network.split('/').at(-1);

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, packageFolder, note }) {
  const rows = JSON.parse(readFileSync(new URL('../../fixtures/published.json', import.meta.url), 'utf8'));
  const weights = rows.filter((row) => row.weights);
  const keras = rows.filter(({ source }) => source.startsWith(KERAS));
  const readmes = rows.filter(({ source }) => READMES[source]);
  const asked = Object.values(READMES);
  const requests = [];
  for (const { package: name, version, apart } of asked) {
    const folder = apart ? await packageFolder(`${name}==${version}`, note) : null;
    requests.push({ package: name, version, folder });
  }
  const said = await python('published.py', {
    weights: weights.map((row) => row.weights),
    readmes: requests,
    keras: keras.map((row) => KERAS_NAMES[nameOf(row)]),
  });
  const texts = Object.fromEntries(Object.keys(READMES).map((source, i) => [source, said.readmes[i]]));
  return [
    ...weights.map((row, i) => compared(row, said.weights[i][row.what])),
    ...keras.map((row, i) => compared(row, printedAs(said.keras[i], row.figure))),
    ...readmes.map((row) => found(row, texts[row.source], READMES[row.source].section)),
  ];
}

const outcomeName = ({ network, what, figure, source }) => `${network}, ${what} ${figure}, ${source}`;

function compared(row, theirs) {
  const report = collect(outcomeName(row));
  report.equal(row.what, row.figure, theirs);
  return report.outcome();
}

/** `138.4M` or, where the figure has no unit, every digit. */
const printedAs = (count, figure) => (figure.endsWith('M') ? `${(count / 1e6).toFixed(1)}M` : String(count));

/** The number as it is printed stands in a line with the network's name, or in the section about it. */
function found(row, text, section) {
  const report = collect(outcomeName(row));
  const number = (row.printed ?? row.figure).replace(/[A-Z]+$/, '');
  const places =
    section === undefined
      ? text.split('\n').filter((line) => new RegExp(`(^|\\W)${nameOf(row)}(\\W|$)`, 'i').test(line))
      : text.split(/^## /m).filter((part) => part.startsWith(`${section}\n`) && part.includes(nameOf(row)));
  const numbers = places.flatMap((place) => place.replaceAll(',', '').match(/\d+(\.\d+)?/g) ?? []);
  if (!numbers.includes(number)) report.problem(`${number} is not in the README beside ${nameOf(row)}`);
  return report.outcome();
}
