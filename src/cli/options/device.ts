import type { Device } from '../../analysis/devices/device.ts';
import type { Io } from '../io/io.ts';

/** The devices of `--device`: `all` is every one whose memory is known, each device once. */
export async function devicesNamed(names: readonly string[], io: Io): Promise<Device[]> {
  const { devices } = await import('../../analysis/devices/catalog.ts');
  const every = devices.filter(({ memoryBytes }) => memoryBytes !== null).map(({ name }) => name);
  const wanted = new Set(names.flatMap((name) => (name === 'all' ? every : [name])));
  return Promise.all([...wanted].map((name) => deviceNamed(name, io)));
}

/** A device by name or amount of memory; a file by its ending or its slash. */
async function deviceNamed(text: string, io: Io): Promise<Device> {
  if (/\.(ya?ml|json)$/i.test(text) || /[/\\]/.test(text)) {
    const { readDeviceFile } = await import('../io/device-file.ts');
    return readDeviceFile(text, io.cwd);
  }
  const { parseDevice } = await import('../../analysis/devices/parse-device.ts');
  return parseDevice(text);
}
