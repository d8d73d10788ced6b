/** A GPU as its data sheet describes it; dense rates, without sparsity. */
export interface Device {
  readonly name: string;
  /** Bytes; null where it is shared with the processor and differs from machine to machine. */
  readonly memoryBytes: number | null;
  /** Undefined for a mere amount of memory, of which no time can be said. */
  readonly speed?: DeviceSpeed;
  /** Where the figures come from. */
  readonly source: string;
}

export interface DeviceSpeed {
  /** 10^12 floating-point operations a second. */
  readonly tflops: {
    readonly float32: number;
    /** What PyTorch's convolutions use for float32 where the device has it. */
    readonly tf32?: number | undefined;
    /** float16 and bfloat16 with float32 accumulation. */
    readonly float16?: number | undefined;
  };
  /** 10^9 bytes a second. */
  readonly bandwidth: number;
}

const GiB = 2 ** 30;

const SOURCE = "third-party tables of the vendors' figures";

type Row = readonly [
  name: string,
  gib: number | null,
  float32: number,
  tf32: number | undefined,
  float16: number | undefined,
  bandwidth: number,
];

/** Add a device by adding its row. Where a data sheet gives a range, its upper end: the times are lower bounds. */
const rows: readonly Row[] = [
  ['rtx3060', 12, 12.7, 12.7, 25, 360],
  ['rtx3090', 24, 35.6, 35.6, 71, 936],
  ['rtx4060', 8, 15.1, 15.1, 30.2, 272],
  ['rtx4090', 24, 82.6, 82.6, 165, 1008],
  ['t4', 16, 8.1, undefined, 65, 320],
  ['v100', 16, 15.7, undefined, 125, 900],
  ['a100-40', 40, 19.5, 156, 312, 1555],
  ['a100-80', 80, 19.5, 156, 312, 2000],
  ['h100', 80, 67, 494.5, 989, 3350],
  ['h200', 141, 67, 494.5, 989, 4800],
  ['l4', 24, 30.3, 60, 121, 300],
  ['l40s', 48, 91.6, 183, 362, 864],
  ['m3', null, 4, undefined, undefined, 100],
];

export const devices: readonly Device[] = rows.map(
  ([name, gib, float32, tf32, float16, bandwidth]): Device => ({
    name,
    memoryBytes: gib === null ? null : gib * GiB,
    speed: { tflops: { float32, tf32, float16 }, bandwidth },
    source: SOURCE,
  }),
);
