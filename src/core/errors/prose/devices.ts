import { didYouMean, entry, quote } from './words.ts';

/** Devices and how a step is spread over them. */
export const devices = {
  'parallel-needs-adam': entry((a: { strategy: string; optimizer: string; dtype: string }) => ({
    message: `the published arithmetic of ${a.strategy} is for mixed-precision Adam, not ${a.optimizer} in ${a.dtype}`,
    hint: 'add --optimizer adam --dtype amp',
  })),
  'unknown-device': entry((a: { name: string; nearest: readonly string[] }) => ({
    message: `unknown device ${quote(a.name)}`,
    hint:
      didYouMean(a.nearest) ??
      '`vgg-inspect list devices` shows the known ones; a file (.yaml, .json) or an amount such as 12GiB works too',
  })),
  'device-without-memory': entry((a: { name: string }) => ({
    message: `${a.name} shares its memory with the processor, and how much there is differs`,
    hint: `say how much: ${a.name}:16GiB`,
  })),
  'bad-memory-size': entry((a: { text: string }) => ({
    message: `${quote(a.text)} is not an amount of memory`,
    hint: 'write it with a unit of bytes, such as 12GiB or 24GB',
  })),
  'bad-device-file': entry((a: { field: string; problem: string; nearest: readonly string[] }) => ({
    message: `${a.field === '' ? 'the device' : a.field} ${a.problem}`,
    hint:
      didYouMean(a.nearest) ??
      'a device has name, memory (24GiB), tflops ({float32, tf32, float16}), bandwidth (GB/s) and source',
  })),
};
