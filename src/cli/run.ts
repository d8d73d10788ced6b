import { analyse } from '../analysis/analyse.ts';
import { architecture } from '../arch/catalog.ts';
import { buildArchitecture } from '../arch/architecture.ts';
import type { Io } from './io.ts';

/** Runs one command line (without `node` and the script) and returns the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const analysis = analyse(buildArchitecture(architecture(argv[0] ?? '')));
  await io.stdout.write(`${JSON.stringify(analysis, null, 2)}\n`);
  return 0;
}
