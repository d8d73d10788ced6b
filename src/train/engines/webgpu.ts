import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { VggError } from '../../core/errors/error.ts';
import { resolvePackage } from './packages.ts';
import { loadTensorFlow, packagesOf, TFJS_VERSION } from '../tfjs/tfjs.ts';
import { tfjsEngine } from './tfjs-engine.ts';

const BACKEND = '@tensorflow/tfjs-backend-webgpu';
const DAWN = 'webgpu';
const DAWN_VERSION = '0.6.2';
const WHAT = '--engine webgpu';

interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}
interface Dawn {
  create(options: string[]): {
    requestAdapter(options?: object): Promise<{ readonly info: AdapterInfo } | null>;
  };
  readonly globals: object;
}

/** Adapters that compute on the CPU. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|software|microsoft basic render/i;

/** The GPU through Vulkan, Metal or Direct3D 12: tfjs's WebGPU backend on Dawn, without CUDA. */
export const webgpu = tfjsEngine({
  name: 'webgpu',
  rank: 1,
  gpu: true,
  async load(start) {
    const file = resolvePackage(DAWN);
    const others = [`${DAWN}@${DAWN_VERSION}`];
    if (file === undefined)
      throw new VggError('package-missing', { what: WHAT, packages: packagesOf(BACKEND, others) });
    const info = await openGpu(file);
    const api = loadTensorFlow('webgpu', BACKEND, others);
    await start(api);
    const device =
      info.description || info.device || [info.vendor, info.architecture].filter(Boolean).join(' ') || 'GPU';
    const software =
      info.isFallbackAdapter === true || SOFTWARE.test(Object.values(readable(info)).join(' '));
    return {
      api,
      availability: {
        available: true,
        device,
        backend: `TensorFlow.js ${TFJS_VERSION} webgpu`,
        ...(software && { software: true as const }),
      },
    };
  },
});

const readable = ({ vendor, architecture, device, description }: AdapterInfo) => ({
  vendor,
  architecture,
  device,
  description,
});

/** Gives the process a `navigator.gpu`, as a browser has it. Throws `engine-broken` where no adapter is found. */
async function openGpu(file: string): Promise<AdapterInfo> {
  const { create, globals } = loadDawn(file);
  Object.assign(globalThis, globals);
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null)
    throw new VggError('engine-broken', { engine: 'webgpu', reason: 'no GPU adapter was found' });
  Object.defineProperty(globalThis, 'navigator', {
    configurable: true,
    value: { gpu, userAgent: 'node' },
  });
  return adapter.info;
}

/**
 * The package's native addon. Its entry point is an ES module that does no more than load it, and compiled code that
 * comes from a cache cannot import one on Node 20.
 */
function loadDawn(file: string): Dawn {
  const folder = `${platform()}-${platform() === 'darwin' ? 'universal' : arch()}`;
  try {
    return createRequire(file)(join(dirname(file), 'dist', folder, 'dawn.node')) as Dawn;
  } catch (error) {
    throw new VggError('package-broken', { name: DAWN, reason: (error as Error).message.split('\n', 1)[0]! });
  }
}
