import { readFileSync } from 'node:fs';
import { wrap } from 'node:module';
import { dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';

/** The file name of the bundled program, which carries its hash; put in by the build. */
declare const BUNDLE: string;

/** The bundled program; it lies beside this file. */
export const bundle = join(__dirname, BUNDLE);

/** What this Node's V8 has made of the bundle, where the build kept it. */
export const cache = `${bundle}.${process.version}-${process.arch}.cache`;

/** The bundle as `require` would load it, from the cache where that fits: V8 refuses what another V8 compiled. */
export function compile(cachedData?: Buffer): { script: Script; run: () => void } {
  const script = new Script(wrap(readFileSync(bundle, 'utf8')), {
    filename: bundle,
    ...(cachedData && { cachedData }),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  return {
    script,
    run: () => script.runInThisContext()(module.exports, require, module, bundle, dirname(bundle)),
  };
}
