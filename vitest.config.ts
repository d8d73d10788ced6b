import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Time is measured in bench/, never in a test: the limit only ends what hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
