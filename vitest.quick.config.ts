import { defineConfig, mergeConfig } from 'vitest/config';
import all from './vitest.config.ts';

/** The tests of the pure rooms, which keep nothing between files: no training, no program started, no long search. */
export default mergeConfig(
  all,
  defineConfig({
    test: {
      exclude: [
        'test/{train,export,start,library,repository,contributing}/**',
        'test/cli/spawn.test.ts',
        'test/check/{action,fuzz,lock,refused,formats}.test.ts',
        'test/arch/catalog.test.ts',
        'test/arch/spec/{fuzz,large,macros,refused}.test.ts',
        'test/analysis/conventions/{published,ledger,cli}.test.ts',
        'test/analysis/reconcile/**',
        'test/layers/{random,attributes,windows}.test.ts',
        'test/report/{width,schema}.test.ts',
      ],
      isolate: false,
    },
  }),
);
