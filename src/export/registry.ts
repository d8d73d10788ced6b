import type { ExportFormat } from './format.ts';
import { onnxTraining } from './onnx-training.ts';

/** Every format that a network can be written in, one file each. */
export const exportFormats: readonly ExportFormat[] = [onnxTraining];
