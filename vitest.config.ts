import { defineConfig } from 'vitest/config';

/** They set up engines, start programs or change what a process has once: each file in a process of its own. */
const apart = [
  'test/{train,export,start,library,repository,contributing}/**/*.test.ts',
  'test/cli/spawn.test.ts',
];

export default defineConfig({
  test: {
    // Some tests start the program that is built.
    globalSetup: ['test/built.ts'],
    // By default one processor would be left free.
    maxWorkers: '100%',
    // Time is measured in bench/, never in a test: the limit only ends what hangs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      // Pure functions keep nothing between files, which need not load them again.
      {
        extends: true,
        test: { name: 'pure', include: ['test/**/*.test.ts'], exclude: apart, isolate: false },
      },
      { extends: true, test: { name: 'apart', include: apart } },
    ],
  },
});
