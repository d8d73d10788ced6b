import { existsSync, readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { bundle, cache, compile } from './bundle.ts';

/** Node 22.1 and later can keep compiled code by themselves; what the build kept is measured to load faster. */
const { enableCompileCache } = nodeModule as { enableCompileCache?: () => unknown };

if (existsSync(cache)) {
  compile(readFileSync(cache)).run();
} else {
  enableCompileCache?.();
  require(bundle);
}
