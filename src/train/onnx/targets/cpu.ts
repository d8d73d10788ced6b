import type { Target } from './target.ts';

/** Native code on all cores. */
export const cpu: Target = { name: 'cpu', options: {}, wide: true, substitutes: {} };
