import type { Device } from '../../analysis/devices/device.ts';
import type { Io } from '../io/io.ts';

/** A device by name or amount of memory; a file by its ending or its slash. */
export async function deviceNamed(text: string, io: Io): Promise<Device> {
  if (/\.(ya?ml|json)$/i.test(text) || /[/\\]/.test(text)) {
    const { readDeviceFile } = await import('../io/device-file.ts');
    return readDeviceFile(text, io.cwd);
  }
  const { parseDevice } = await import('../../analysis/devices/parse-device.ts');
  return parseDevice(text);
}
