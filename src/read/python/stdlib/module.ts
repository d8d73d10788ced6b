import type { PyModule } from '../values/values.ts';

/** What modules of the standard library may know of who runs them. */
export interface Host {
  readonly evaluator: {
    readonly modules: ReadonlyMap<string, PyModule>;
    readonly builtins: PyModule;
    importModule(name: string): PyModule;
  };
}

/** Made for each evaluator: what one program changes in it, no other sees. */
export type StandardModule = (host: Host) => PyModule;
