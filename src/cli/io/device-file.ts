import { LineCounter, parseDocument } from 'yaml';
import { deviceFromFile } from '../../analysis/devices/device-file.ts';
import type { Device } from '../../analysis/devices/device.ts';
import { VggError, type ErrorLocation } from '../../core/errors/error.ts';
import { readText } from './read-file.ts';

/** A device described in a YAML or JSON file. Throws the errors of reading and of `deviceFromFile`. */
export async function readDeviceFile(file: string, cwd: string): Promise<Device> {
  const text = await readText(file, cwd).catch((error: unknown) => {
    throw error instanceof VggError && error.code === 'file-empty' ? bad('file is empty', { file }) : error;
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problem = document.errors[0];
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw bad(`file is no YAML: ${problem.message}`, { file, line, column: col });
  }
  return deviceFromFile(document.toJS({ maxAliasCount: 10 }), { file });
}

const bad = (problem: string, location: ErrorLocation) =>
  new VggError('bad-device-file', { field: '', problem, nearest: [] }, location);
