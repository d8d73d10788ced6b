import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import util from 'node:util';
import { VggError } from '../../core/errors/error.ts';
import { loadPackage, resolvePackage } from './packages.ts';
import { loadTensorFlow, versioned } from '../tfjs/tfjs.ts';
import { tfjsEngine } from './tfjs-engine.ts';

const PACKAGE = '@tensorflow/tfjs-node';

interface TfjsNode {
  readonly version: Readonly<Record<string, string>>;
  readonly node?: unknown;
}

/** TensorFlow's C library through `@tensorflow/tfjs-node`: native code on all cores. */
export const tensorflow = tfjsEngine({
  name: 'tensorflow',
  rank: 3,
  async load(start) {
    checkLibrary();
    supplyUtil();
    // TensorFlow greets on stderr; its errors still come through.
    process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
    const node = loadPackage<TfjsNode>(PACKAGE, '--engine tensorflow', versioned(PACKAGE));
    const api = loadTensorFlow('tensorflow', PACKAGE);
    await start(api);
    const backend = api.tf.backend() as unknown as { binding?: { TF_Version?: string } };
    return {
      api,
      // tfjs-node composes it of two comparisons, two constants and two selections.
      traits: { step: 3.5 },
      availability: {
        available: true,
        device: cpus()[0]?.model.trim() ?? 'CPU',
        backend: `TensorFlow ${backend.binding?.TF_Version ?? ''} through tfjs-node ${node.version['tfjs-node'] ?? ''}`,
      },
    };
  },
});

/** tfjs-node without what its install script fetches and builds fails with a page of text: this says it in a line. */
function checkLibrary(): void {
  const manifest = resolvePackage(`${PACKAGE}/package.json`);
  if (manifest === undefined) {
    throw new VggError('package-missing', { what: '--engine tensorflow', packages: versioned(PACKAGE) });
  }
  const folder = dirname(manifest);
  const library = ['libtensorflow.so.2', 'libtensorflow.2.dylib', 'tensorflow.dll', 'libtensorflow.so'].some(
    (name) => existsSync(join(folder, 'deps', 'lib', name)),
  );
  const binding = existsSync(
    join(folder, 'lib', `napi-v${Math.min(8, Number(process.versions['napi'] ?? 8))}`, 'tfjs_binding.node'),
  );
  if (library && binding) return;
  const scriptRan = existsSync(join(folder, 'deps'));
  throw new VggError('tensorflow-incomplete', { missing: library ? 'binding' : 'library', scriptRan });
}

/** Two functions that Node 23 removed and that tfjs-node calls in every operation. */
function supplyUtil(): void {
  const target = util as unknown as Record<string, unknown>;
  target['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  target['isArray'] ??= Array.isArray;
}
