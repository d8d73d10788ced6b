import { readDevice } from '../../analysis/devices/device-file.ts';
import type { Device } from '../../analysis/devices/device.ts';
import { VggError } from '../../core/errors/error.ts';
import { readText } from './read-file.ts';

/** A device described in a YAML or JSON file. Throws the errors of reading a file and of `readDevice`. */
export async function readDeviceFile(file: string, cwd: string): Promise<Device> {
  return readDevice(await readText(file, cwd).catch((error: unknown) => explained(error, file)), file);
}

function explained(error: unknown, file: string): never {
  if (!(error instanceof VggError) || error.code !== 'file-empty') throw error;
  throw new VggError('bad-device-file', { field: '', problem: 'file is empty', nearest: [] }, { file });
}
