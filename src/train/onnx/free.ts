/** Below it a buffer is not worth the trouble. */
const LARGE = 2 ** 20;

/** A closed port takes over what it is sent, and drops it. */
const nowhere = new MessageChannel().port1;
nowhere.close();

/** Frees large buffers now: the garbage collector would come to them only after the next ones have been made. */
export function free(buffers: readonly ArrayBuffer[]): void {
  const large = buffers.filter(({ byteLength }) => byteLength >= LARGE);
  if (large.length > 0) nowhere.postMessage(undefined, large);
}
