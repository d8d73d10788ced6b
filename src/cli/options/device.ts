import type { Device } from '../../analysis/devices/device.ts';
import type { Io } from '../io/io.ts';

/** The devices of `--device`, each once. */
export const devicesNamed = (names: readonly string[], io: Io): Promise<Device[]> =>
  Promise.all([...new Set(names)].map((name) => deviceNamed(name, io)));

/** A device by name or amount of memory; a file by its ending or its slash. */
async function deviceNamed(text: string, io: Io): Promise<Device> {
  if (/\.(ya?ml|json)$/i.test(text) || /[/\\]/.test(text)) {
    const { readDeviceFile } = await import('../io/device-file.ts');
    return readDeviceFile(text, io.cwd);
  }
  const { parseDevice } = await import('../../analysis/devices/parse-device.ts');
  return parseDevice(text);
}
