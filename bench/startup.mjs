// Wall time of `vgg-inspect vgg11` as a multiple of `node -e 0`, the floor that no Node program goes below.
// The two take turns, so that a busy machine slows both. Usage: node bench/startup.mjs [rounds]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const rounds = Number(process.argv[2] ?? 40);
const bin = fileURLToPath(new URL('../bin/vgg-inspect.js', import.meta.url));
const programs = {
  'node -e 0': ['-e', '0'],
  'vgg-inspect vgg11': [bin, 'vgg11'],
  'vgg-inspect vgg11 --json': [bin, 'vgg11', '--json'],
};

/** @param {string[]} args */
function milliseconds(args) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = process.hrtime.bigint();
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}`);
  return Number(end - start) / 1e6;
}

/**
 * @param {number[]} values
 * @returns {number}
 */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** @type {Map<string, number[]>} */
const times = new Map();
for (let round = -2; round < rounds; round++) {
  for (const [name, args] of Object.entries(programs)) {
    const time = milliseconds(args);
    // The first rounds fill the file system's cache and the compile cache.
    if (round >= 0) times.set(name, [...(times.get(name) ?? []), time]);
  }
}
const floor = median(times.get('node -e 0') ?? []);
for (const [name, values] of times) {
  const time = median(values);
  console.log(
    `${name.padEnd(26)}${time.toFixed(1).padStart(7)} ms  ${(time / floor).toFixed(2)} × node -e 0`,
  );
}
console.log(
  `goal: vgg-inspect vgg11 at most 1.8 × node -e 0 (median of ${rounds} rounds, Node ${process.version})`,
);
