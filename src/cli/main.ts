import { processIo } from './io/process-io.ts';
import { run } from './run.ts';

// Not awaited at the top level, which a CommonJS bundle does not know.
void run(process.argv.slice(2), processIo()).then((exitCode) => {
  process.exitCode = exitCode;
});
