import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, any>;
const { allowScripts } = read('package.json');
const { packages } = read('package-lock.json') as { packages: Record<string, Record<string, any>> };
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

test('npm 11 is told of every install script whether it may run', () => {
  const scripted = Object.keys(packages).filter((path) => packages[path]!['hasInstallScript']);
  const asked = scripted.filter((path) => !packages[path]!['optional']).map(nameOf);
  expect(asked.filter((name) => allowScripts[name] === undefined)).toEqual([]);
});

// Its script fetches CUDA libraries from outside the registry; its CPU build is in the package. npm 10 knows no
// `allowScripts`, but runs what the lock marks: after an update of the package, take the mark out by hand.
test('an install fetches nothing for onnxruntime-node', () => {
  expect(allowScripts['onnxruntime-node']).toBe(false);
  expect(packages['node_modules/onnxruntime-node']).not.toHaveProperty('hasInstallScript');
});
