// Wall time of `fit` over 1,024 batch sizes and ten devices as a multiple of a plain `inspect`; they take turns.
// Usage: node bench/fit.mjs [rounds]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const rounds = Number(process.argv[2] ?? 15);
const bin = fileURLToPath(new URL('../bin/vgg-inspect.js', import.meta.url));
const devices = 'rtx3060,rtx3090,rtx4060,rtx4090,t4,v100,a100-40,a100-80,h100,l4';
const programs = {
  inspect: ['vgg11'],
  fit: ['fit', 'vgg11', '--batch', '1..1024', '--device', devices],
};
/**
 * @param {number[]} values
 * @returns {number}
 */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
/** @type {Record<string, number[]>} */
const times = { inspect: [], fit: [] };
for (let round = -1; round < rounds; round++) {
  for (const [name, args] of Object.entries(programs)) {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, [bin, ...args], { stdio: 'ignore' });
    if (status !== 0) throw new Error(`${name}: exit code ${status}`);
    if (round >= 0) times[name]?.push(performance.now() - start);
  }
}
const [inspect, fit] = [median(times.inspect ?? []), median(times.fit ?? [])];
console.log(
  `inspect ${inspect.toFixed(1)} ms, fit ${fit.toFixed(1)} ms: ${(fit / inspect).toFixed(2)} times`,
);
console.log(`goal: at most 3 times (median of ${rounds} rounds, Node ${process.version})`);
