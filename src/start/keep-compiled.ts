import { renameSync, writeFileSync } from 'node:fs';
import { cache, compile } from './bundle.ts';

/** Part of the build: runs the program and keeps what V8 has compiled by its end. */
const { script, run } = compile();
run();
process.on('exit', () => {
  const partial = `${cache}.${process.pid}`;
  writeFileSync(partial, script.createCachedData());
  renameSync(partial, cache);
});
