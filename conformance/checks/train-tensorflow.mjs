import { images, spec, tensorflowFolder, trainIn } from '../lib/engines.mjs';
import { collect } from '../lib/outcome.mjs';

export const title = "the tensorflow engine, on the pip wheel's libraries, trains as wasm does";

export async function run({ note }) {
  if (process.platform !== 'linux') {
    note('skipped: the libraries of the pip wheel are linked for Linux here');
    return [];
  }
  const folder = await tensorflowFolder(note);
  const outcomes = [];
  for (const [name, recipe] of [
    ['small-relu.yaml', ['--lr', '0.1', '--batch', '32', '--epochs', '2']],
    ['zoo.yaml', ['--lr', '0.05', '--batch', '32', '--epochs', '1', '--limit', '160']],
  ]) {
    const results = [];
    for (const engine of ['tensorflow', 'wasm']) {
      const args = [spec(name), '--engine', engine, '--data', images, ...recipe, '--json'];
      const { code, stdout, stderr } = await trainIn(folder, args);
      if (code !== 0) throw new Error(`${engine} ended with ${code}: ${stderr}`);
      results.push(JSON.parse(stdout));
    }
    const [native, wasm] = results;
    note(
      `${name}: ${native.backend}, ${native.examplesPerSec.toFixed(1)} examples/s; wasm ${wasm.examplesPerSec.toFixed(1)}`,
    );
    const check = collect(name);
    check.equal('checks passed', native.checks.passed, true);
    native.epochs.forEach(({ epoch, loss }, i) => {
      const other = wasm.epochs[i].loss;
      // Rounding alone parts two trainings: closely at first, and further with every epoch.
      if (Math.abs(loss / other - 1) > (i === 0 ? 0.01 : 0.03))
        check.problem(`epoch ${epoch}: tensorflow ${loss}, wasm ${other}`);
    });
    outcomes.push(check.outcome());
  }
  const auto = collect('auto prefers it to wasm');
  const { stderr } = await trainIn(folder, [spec('lenet.yaml'), '--epochs', '0']);
  if (!/^training on (tensorflow|onnx): /m.test(stderr)) auto.problem(stderr);
  return [...outcomes, auto.outcome()];
}
