import { cpu } from './cpu.ts';
import type { Target } from './target.ts';
import { webgpu } from './webgpu.ts';

/** Every provider that graphs are written for; the first is the default. */
const all = [cpu, webgpu] as const;

export type TargetName = (typeof all)[number]['name'];

export const targetNames: readonly TargetName[] = all.map(({ name }) => name);

/** The target of that name; the default when none is given. */
export const targetOf = (name: string | undefined): Target => all.find((one) => one.name === name) ?? all[0];
