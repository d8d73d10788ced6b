import type { ResolvedGraph } from '../../../graph/resolve.ts';
import type { Analysis } from '../../../analysis/analysis.ts';
import type { Dataset } from '../../../train/data/dataset.ts';
import type { Trainer } from '../../../train/engines/engine.ts';
import type { Selection } from '../../../train/engines/select.ts';
import type { Recipe } from '../../../train/recipe.ts';
import type { Io } from '../../io/io.ts';
import type { TrainCommandOptions } from './options.ts';
import type { TrainProgress } from './progress.ts';

/** A network made ready on an engine, with its images: what training and evaluating have in common. */
export interface Run {
  readonly io: Io;
  readonly options: TrainCommandOptions;
  readonly recipe: Recipe;
  readonly network: ResolvedGraph;
  /** What the engine is compared with. */
  readonly analysis: Analysis;
  readonly classes: number;
  readonly data: Dataset;
  readonly trainer: Trainer;
  readonly selection: Selection;
  readonly progress: TrainProgress;
}
