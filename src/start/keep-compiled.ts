import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { cacheOf, compileAlways, compiled, load, loaded } from './bundle.ts';

/**
 * Part of the build: runs the program, writes which pieces it loaded into the file that the environment names, and keeps
 * what V8 has compiled by its end of the files that have none yet.
 */
process.on('exit', () => {
  writeFileSync(process.env['VGG_INSPECT_LOADED']!, JSON.stringify(loaded()));
  for (const [file, script] of compiled()) {
    const cache = cacheOf(file);
    if (existsSync(cache)) continue;
    const partial = `${cache}.${process.pid}`;
    writeFileSync(partial, script.createCachedData());
    renameSync(partial, cache);
  }
});
compileAlways();
load('./main.js');
