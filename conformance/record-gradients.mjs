// Records what PyTorch gives in float64 for small networks, into fixtures/onnx/gradients.json. Each argument is a case,
// which replaces the one of its name:
//   node conformance/record-gradients.mjs '{"name": "gelu", "input": [2, 3, 4, 4], "steps": [["gelu", {}]]}'

import { readFileSync, writeFileSync } from 'node:fs';
import { ensureEnvironment, python } from './lib/environment.mjs';
import { file, requestOf, resolvedCase } from './checks/onnx-fixtures.mjs';
import { fromBase64, gradientModel, randomNoise, randomValues, randomWeights } from './lib/onnx-network.mjs';
import { random } from './lib/random.mjs';

const note = (text) => process.stderr.write(`${text}\n`);
const digits = (values) => Array.from(values, (value) => Number(value.toPrecision(9)));

/** The case with values for everything that goes in. */
function given(one) {
  const rng = random([...one.name].reduce((seed, letter) => 31 * seed + letter.codePointAt(0), 1));
  const resolved = resolvedCase(one);
  const { model, noises } = gradientModel(resolved);
  const weights = randomWeights(resolved, rng);
  const drawn = new Map(noises.map((noise) => [noise.tensor.name, randomNoise(noise, rng)]));
  const valueOf = ({ name, shape }) => weights.get(name) ?? drawn.get(name) ?? randomValues(shape, rng);
  return {
    ...one,
    given: Object.fromEntries(model.inputs.map((input) => [input.name, digits(valueOf(input))])),
  };
}

const wanted = process.argv.slice(2).map((text) => given(JSON.parse(text)));
await ensureEnvironment(note);
const answers = await python('onnx_gradients.py', wanted.map(requestOf));
const recorded = wanted.map((one, i) => {
  const { output, gradients, buffers, error } = answers[i];
  if (error !== undefined) throw new Error(`${one.name}: ${error}`);
  const named = (prefix, tensors) => Object.entries(tensors).map(([key, text]) => [`${prefix}/${key}`, text]);
  const expected = [['output', output], ...named('gradient', gradients), ...named('next', buffers)];
  return {
    ...one,
    expected: Object.fromEntries(expected.map(([key, text]) => [key, digits(fromBase64(text))])),
  };
});
const names = new Set(recorded.map(({ name }) => name));
const kept = JSON.parse(readFileSync(file, 'utf8')).filter(({ name }) => !names.has(name));
writeFileSync(file, `[\n${[...kept, ...recorded].map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n]\n`);
note(`recorded ${[...names].join(', ')}`);
