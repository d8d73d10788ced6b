/** A folder of `src`, and the rooms that it may import. */
export interface Room {
  readonly name: string;
  /** In a few words, for the picture. */
  readonly about: string;
  readonly imports: readonly string[];
  /** Touches no file, network, terminal or process, so that it runs in a browser. */
  readonly pure: boolean;
}

const room = (name: string, about: string, imports: string, pure = true): Room => ({
  name,
  about,
  imports: imports === '' ? [] : imports.split(' '),
  pure,
});

/** From the ground up: a room imports only rooms before it, and of those only the ones that it names. */
export const rooms: readonly Room[] = [
  room('core', 'shapes, exact arithmetic, errors', ''),
  room('text', 'YAML and JSON with places', 'core'),
  room('onnx', 'the ONNX format', 'core'),
  room('layers', 'one layer kind, one file', 'core onnx'),
  room('optimizers', 'one optimizer, one file', 'layers onnx'),
  room('graph', 'nodes, shapes, parameters', 'core layers'),
  room('read', 'ONNX files, Python source', 'core onnx layers graph'),
  room('arch', 'architectures and specs', 'core text layers graph read'),
  room('analysis', 'counts, memory, time', 'core text layers optimizers graph'),
  room('check', 'assertions, budgets, lock', 'core text graph arch analysis'),
  room('files', 'writes files whole', '', false),
  room('train', 'engines that really train', 'core onnx layers optimizers graph analysis files', false),
  room('export', 'one format of networks, one file', 'core onnx optimizers graph analysis train', false),
  room('draw', 'figures of networks', 'core layers graph analysis'),
  room('report', 'what is said, and how', 'core layers analysis check train draw'),
  room('library', 'the public face', 'core layers optimizers graph read arch analysis check report', false),
  room(
    'cli',
    'commands, options, streams',
    'core text layers optimizers graph arch analysis check files train export draw report',
    false,
  ),
  room('start', 'starts the bundle', '', false),
];

/** The only places that may import a package. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  commander: ['src/cli/'],
  chalk: ['src/report/'],
  'cli-table3': ['src/report/formats/'],
  'http-proxy-agent': ['src/train/data/proxy.ts'],
  'https-proxy-agent': ['src/train/data/proxy.ts'],
  '@dagrejs/dagre': ['src/draw/layout.ts'],
  pbf: ['src/onnx/'],
  'string-width': ['src/report/sheet/'],
  'web-tree-sitter': ['src/read/python/parse/parser.ts'],
  fflate: ['src/read/zip/inflate.ts'],
  yaml: ['src/text/', 'src/check/lock/'],
  zod: ['src/layers/', 'src/arch/', 'src/analysis/devices/', 'src/cli/commands/check/'],
  '@tensorflow/tfjs-core': ['src/train/'],
  '@tensorflow/tfjs-layers': ['src/train/'],
  '@tensorflow/tfjs-backend-wasm': ['src/train/engines/'],
  'onnxruntime-common': ['src/train/onnx/'],
};

/** The only places that may touch the process, and what of it; elsewhere it is handed in. */
export const processUses: Readonly<Record<string, readonly string[]>> = {
  'src/cli/': ['anything'],
  'src/start/': ['anything'],
  // How much a step adds to it is measured.
  'src/train/onnx/observe.ts': ['memoryUsage'],
  // onnxruntime reads there whether it may report what it does.
  'src/train/onnx/runtime.ts': ['env'],
  // TensorFlow's C library reads its settings there, and its binding is built for a version of Node-API.
  'src/train/engines/tensorflow.ts': ['env', 'versions'],
};
