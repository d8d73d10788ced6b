import { math } from './math.ts';
import type { StandardModule } from './module.ts';

/** The standard library, as far as code of networks uses it. Anything else is asked of the embedder. */
export const standardModules: ReadonlyMap<string, StandardModule> = new Map<string, StandardModule>([['math', math]]);
