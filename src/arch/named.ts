import {
  buildArchitecture,
  buildOptions,
  choiceNames,
  readsOption,
  type Architecture,
} from './architecture.ts';
import type { Source } from './source.ts';

/** A network known by name. */
export function namedSource(architecture: Architecture): Source {
  const { weightLayersDividedFirst } = architecture;
  return {
    about: architecture.name,
    reads: choiceNames.filter((choice) => readsOption(architecture, choice)),
    build: (choices) => buildArchitecture(architecture, choices),
    ...(weightLayersDividedFirst && {
      weightLayersDividedFirst: (choices, ratio) =>
        weightLayersDividedFirst(buildOptions(architecture, choices), ratio),
    }),
  };
}
