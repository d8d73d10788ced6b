import type { Device } from './device.ts';

const GiB = 2 ** 30;
const MiB = 2 ** 20;

/**
 * Memory in GiB: what `torch.cuda.get_device_properties` gives as the total where that is known, else what is printed;
 * null where it is shared with the processor. Rates in 10^12 operations a second, dense, at the boost clock: float32
 * outside the tensor cores, tf32, and float16 accumulated in float32. 10^9 bytes a second. L2 in MiB.
 */
type Row = readonly [
  name: string,
  gib: number | null,
  float32: number,
  tf32: number | undefined,
  float16: number | undefined,
  bandwidth: number,
  l2?: number,
];

interface Sheet {
  readonly source: string;
  readonly rows: readonly Row[];
}

const no = undefined;

/** Add a device by adding its row. Where a data sheet gives a range, its upper end: the times are lower bounds. */
const sheets: readonly Sheet[] = [
  {
    source: 'NVIDIA, GP100 and GP102 white papers and data sheets',
    rows: [
      ['gtx1080ti', 10.91, 11.3, no, no, 484, 2.75],
      ['p100', 15.9, 9.3, no, no, 732, 4],
      ['p100-sxm', 15.9, 10.6, no, no, 732, 4],
    ],
  },
  {
    source: 'NVIDIA, Volta white paper and data sheets',
    rows: [
      ['titan-v', 11.78, 14.9, no, 110, 652.8, 4.5],
      ['v100', 15.78, 15.7, no, 125, 900, 6],
      ['v100-32', 31.75, 15.7, no, 125, 900, 6],
    ],
  },
  {
    source: 'NVIDIA, Turing white paper and data sheets',
    rows: [
      ['rtx2060', 5.79, 6.45, no, 25.8, 336, 3],
      ['rtx2070', 7.79, 7.5, no, 29.9, 448, 4],
      ['rtx2080', 7.79, 10.1, no, 40.3, 448, 4],
      ['rtx2080ti', 10.76, 13.4, no, 53.8, 616, 5.5],
      ['titan-rtx', 23.65, 16.3, no, 130.5, 672, 6],
      ['t4', 14.76, 8.1, no, 65, 320, 4],
    ],
  },
  {
    source: 'NVIDIA, GA102 and GA10x white paper and data sheets',
    rows: [
      ['rtx3050', 8, 9.1, 9.1, 18.2, 224, 2],
      ['rtx3060', 11.755, 12.7, 12.7, 25.5, 360, 3],
      ['rtx3060ti', 7.79, 16.2, 16.2, 32.4, 448, 4],
      ['rtx3070', 7.79, 20.3, 20.3, 40.6, 448, 4],
      ['rtx3070ti', 7.79, 21.7, 21.7, 43.5, 608, 4],
      ['rtx3080', 9.78, 29.8, 29.8, 59.5, 760, 5],
      ['rtx3080-12', 12, 30.6, 30.6, 61.3, 912, 6],
      ['rtx3080ti', 11.77, 34.1, 34.1, 68.2, 912, 6],
      ['rtx3090', 23.7, 35.6, 35.6, 71, 936, 6],
      ['rtx3090ti', 23.7, 40, 40, 80, 1008, 6],
      ['rtx-a4000', 15.74, 19.2, 38.3, 76.7, 448, 4],
      ['rtx-a4500', 20, 23.7, 47.3, 94.6, 640, 6],
      ['rtx-a5000', 23.69, 27.8, 55.6, 111.1, 768, 6],
      ['rtx-a6000', 47.54, 38.7, 77.4, 154.8, 768, 6],
      ['a10', 22.06, 31.2, 62.5, 125, 600, 6],
      ['a40', 44.56, 37.4, 74.8, 149.7, 696, 6],
    ],
  },
  {
    source: 'NVIDIA, A100 and A30 data sheets',
    rows: [
      ['a30', 23.5, 10.3, 82, 165, 933, 24],
      ['a100-40', 39.59, 19.5, 156, 312, 1555, 40],
      ['a100-80', 79.35, 19.5, 156, 312, 2039, 40],
      ['a100-80-pcie', 79.35, 19.5, 156, 312, 1935, 40],
    ],
  },
  {
    source: 'NVIDIA, Ada white paper and data sheets',
    rows: [
      ['rtx4060', 7.747, 15.1, 15.1, 30.2, 272, 24],
      ['rtx4060ti', 8, 22.1, 22.1, 44.1, 288, 32],
      ['rtx4060ti-16', 16, 22.1, 22.1, 44.1, 288, 32],
      ['rtx4070', 12, 29.1, 29.1, 58.3, 504, 36],
      ['rtx4070super', 12, 35.5, 35.5, 71, 504, 48],
      ['rtx4070ti', 12, 40.1, 40.1, 80.2, 504, 48],
      ['rtx4070tisuper', 16, 44.1, 44.1, 88.2, 672, 48],
      ['rtx4080', 16, 48.7, 48.7, 97.5, 716.8, 64],
      ['rtx4080super', 16, 52.2, 52.2, 104.4, 736, 64],
      ['rtx4090', 23.65, 82.6, 82.6, 165.2, 1008, 72],
      ['rtx6000-ada', 48, 91.1, 182.1, 364.2, 960, 96],
      ['l4', 22.03, 30.3, 60, 121, 300, 48],
      ['l40', 48, 90.5, 90.5, 181, 864, 96],
      ['l40s', 44.4, 91.6, 183, 362, 864, 96],
    ],
  },
  {
    source: 'NVIDIA, H100 and H200 data sheets',
    rows: [
      ['h100', 79.18, 67, 494.5, 989, 3350, 50],
      ['h100-pcie', 79.18, 51, 378, 756, 2000, 50],
      ['h200', 139.8, 67, 494.5, 989, 4800, 50],
    ],
  },
  {
    source: 'NVIDIA, RTX Blackwell white papers',
    rows: [
      ['rtx5060', 8, 19.2, 19.2, 38.4, 448],
      ['rtx5060ti', 8, 23.7, 23.7, 47.4, 448, 32],
      ['rtx5060ti-16', 16, 23.7, 23.7, 47.4, 448, 32],
      ['rtx5070', 12, 30.9, 30.9, 61.7, 672, 48],
      ['rtx5070ti', 16, 43.9, 43.9, 87.9, 896, 48],
      ['rtx5080', 16, 56.3, 56.3, 112.6, 960, 64],
      ['rtx5090', 32, 104.8, 104.8, 209.5, 1792, 96],
      ['rtx-pro-6000', 96, 125, 251.9, 503.8, 1792, 128],
    ],
  },
  {
    source: 'NVIDIA, HGX B200 data sheet, an eighth of its system',
    rows: [['b200', 180, 75, 1125, 2250, 7700]],
  },
  {
    source: 'AMD, Instinct data sheets; of the MI250s one of two dies',
    rows: [
      ['mi210', 64, 22.6, no, 181, 1638],
      ['mi250', 64, 22.6, no, 181, 1638],
      ['mi250x', 64, 23.9, no, 191.5, 1638],
      ['mi300x', 192, 163.4, no, 1307.4, 5300],
      ['mi325x', 256, 163.4, no, 1307.4, 6000],
      ['mi350x', 288, 144.2, no, 2300, 8000],
      ['mi355x', 288, 157.3, no, 2500, 8000],
    ],
  },
  {
    source: 'Apple, press releases and technical specifications; the largest GPU of each chip',
    rows: [
      ['m1', null, 2.6, no, no, 68.25],
      ['m1-pro', null, 5.2, no, no, 200],
      ['m1-max', null, 10.4, no, no, 400],
      ['m1-ultra', null, 21, no, no, 800],
      ['m2', null, 3.6, no, no, 100],
      ['m2-pro', null, 6.8, no, no, 200],
      ['m2-max', null, 13.6, no, no, 400],
      ['m2-ultra', null, 27.2, no, no, 800],
    ],
  },
  {
    source: 'third-party tables; Apple publishes no rate for it',
    rows: [['m3', null, 4, no, no, 100]],
  },
];

export const devices: readonly Device[] = sheets.flatMap(({ source, rows }) =>
  rows.map(([name, gib, float32, tf32, float16, bandwidth, l2]): Device => ({
    name,
    memoryBytes: gib === null ? null : Math.round(gib * GiB),
    speed: { tflops: { float32, tf32, float16 }, bandwidth },
    ...(l2 !== undefined && { l2Bytes: l2 * MiB }),
    source,
  })),
);
