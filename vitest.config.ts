import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Some tests start the program that is built.
    globalSetup: ['test/built.ts'],
    // By default one processor would be left free.
    maxWorkers: '100%',
    // Time is measured in bench/, never in a test: the limit only ends what hangs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
