import { VggError } from '../../core/errors/error.ts';

/** Turns a backend's out-of-memory into an error with a mend; leaves every other as it is. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const memory = /out of memory|memory access out of bounds|cannot enlarge memory|oom|allocation failed/i;
    if (memory.test(message)) throw new VggError('engine-memory', { reason: message });
    throw error;
  }
}
