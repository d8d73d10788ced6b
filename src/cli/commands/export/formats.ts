import type { Io } from '../../io/io.ts';
import type { ExportOptions } from './options.ts';

/** Writes the network that the argument and the options mean. */
export type Write = (arch: string | undefined, options: ExportOptions, io: Io) => Promise<void>;

export const formatNames = ['onnx-training'] as const;
export type FormatName = (typeof formatNames)[number];

/** Every format that `--to` takes; one file each, loaded when it is asked for. */
export const formats: ReadonlyMap<FormatName, () => Promise<Write>> = new Map([
  ['onnx-training', async () => (await import('./onnx-training.ts')).writeOnnxTraining],
]);
