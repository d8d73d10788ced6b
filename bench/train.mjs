// Examples per second of every engine that runs here, and of PyTorch on the CPU beside them: same network, batch and
// threads, each in a process of its own, taking turns; medians of the rounds, and largest resident sizes.
//   node bench/train.mjs [--rounds N] [--engines onnx,wasm] [part of a case's name ...]
// PyTorch is that of the conformance run's environment, or of the interpreter that PYTHON names; left out where there
// is none.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { engines } from '../dist/train/engines/registry.js';
import { graphAsJson } from '../conformance/lib/onnx-network.mjs';
import { cases, nameOf, networkOf, optimizerOf } from './train/cases.mjs';

/** @import { Case } from './train/cases.mjs' */

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, engines: { type: 'string' } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const python = process.env.PYTHON ?? here('../.venv/conformance/bin/python');
/** @param {number[]} list */
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN;
/** Small networks make several steps a turn, so that a turn is long enough to be measured. */
const TURN_SECONDS = 0.5;

const names = values.engines?.split(',') ?? (await available());
const chosen = cases.filter((one) => positionals.every((part) => nameOf(one).includes(part)));
console.log(
  `${cpus().length} threads of ${cpus()[0]?.model.trim()}, Node ${process.version}, ${rounds} rounds\n`,
);
for (const one of chosen) await compare(one);

/** Engines on hardware; plain JavaScript is too slow to wait for. */
async function available() {
  const ranked = engines.filter(({ rank }) => rank !== undefined);
  const found = await Promise.all(
    ranked.map(async (engine) => ({ name: engine.name, about: await engine.probe() })),
  );
  return found.filter(({ about }) => about.available && about.software !== true).map(({ name }) => name);
}

/** @param {Case} one */
async function compare(one) {
  const runners = names.map((name) =>
    start(name, process.execPath, [here('train/engine.mjs'), name, JSON.stringify(one)]),
  );
  if (existsSync(python)) {
    const torch = start('pytorch', python, [here('train/pytorch.py')]);
    const network = networkOf(one);
    const { name, lr, momentum } = optimizerOf(one);
    const task = { graph: graphAsJson(network), input: network.input, threads: cpus().length };
    torch.say(JSON.stringify({ ...task, optimizer: { name, lr, momentum } }));
    runners.push(torch);
  }
  for (const runner of runners) {
    await runner.steps(1);
    const seconds = await runner.steps(1);
    runner.each = Math.max(1, Math.round(TURN_SECONDS / seconds));
  }
  for (let round = 0; round < rounds; round++) {
    for (const runner of runners)
      runner.rates.push((one.batch * runner.each) / (await runner.steps(runner.each)));
  }
  console.log(nameOf(one));
  const torch = runners.find(({ name }) => name === 'pytorch');
  for (const runner of runners) {
    const rate = `${median(runner.rates).toFixed(1).padStart(9)} examples/s`;
    const ratios = torch && runner.rates.map((value, i) => value / (torch.rates[i] ?? NaN));
    const ratio = ratios && runner !== torch ? `, ${median(ratios).toFixed(2)} × PyTorch` : '';
    const resident = await runner.end();
    console.log(`  ${runner.name.padEnd(11)}${rate}, ${Math.round(resident / 2 ** 20)} MiB resident${ratio}`);
  }
}

/**
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 */
function start(name, command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await answers.next();
    if (done) throw new Error(`${name} ended early`);
    return Number(value);
  };
  return {
    name,
    /** Steps of a turn. */
    each: 1,
    /** @type {number[]} */
    rates: [],
    /** @param {string} line */
    say: (line) => child.stdin.write(`${line}\n`),
    /** @param {number} count */
    steps(count) {
      child.stdin.write(`${count}\n`);
      return answer();
    },
    end() {
      child.stdin.end();
      return answer();
    },
  };
}
