import { existsSync, readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { bundle, cache, compile } from './bundle.ts';

/** Node 22.1 and later keep compiled code by themselves. */
const { enableCompileCache } = nodeModule as { enableCompileCache?: () => unknown };

enableCompileCache?.();
if (enableCompileCache || !existsSync(cache)) require(bundle);
else compile(readFileSync(cache)).run();
