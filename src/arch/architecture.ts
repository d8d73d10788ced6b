import type { Graph } from '../graph/graph.ts';

/** What the user may choose about a named architecture. Each architecture says which of these it reads. */
export interface BuildOptions {
  /** Width of the class scores. */
  readonly classes: number;
  /** d2l's heads: `follow` takes what the feature map gives, `fixed` is the book's literal 512×7×7. */
  readonly head: 'follow' | 'fixed';
  /** Adds 1×1 convolutions to the VGG blocks with at least this many channels; Infinity for none. */
  readonly pointwiseFrom: number;
  /** Attaches auxiliary classifiers, which run in training only. */
  readonly auxLogits: boolean;
}

/** In the order in which they are checked. */
export const choiceNames = [
  'classes',
  'head',
  'pointwiseFrom',
  'auxLogits',
] as const satisfies readonly (keyof BuildOptions)[];

/** A network known by name. */
export interface Architecture {
  /** As the user types it: `vgg11`, `torchvision/resnet50`. */
  readonly name: string;
  readonly source: 'd2l' | 'torchvision' | 'paper';
  /** One line for `list`. */
  readonly summary: string;
  /** Channels, height and width of its source. */
  readonly input: readonly [channels: number, height: number, width: number];
  /** Its source's own choices. */
  readonly defaults: Pick<BuildOptions, 'classes'> & Partial<BuildOptions>;
  build(options: BuildOptions): Graph;
  /**
   * For networks whose structure depends on their channels: the weight layers of the one that comes out when the
   * channels are divided by `ratio` before it is built. `thin` divides afterwards and keeps the structure.
   */
  weightLayersDividedFirst?(options: BuildOptions, ratio: number): number;
}

/** Whether the architecture reads an option at all, so that the user can be told where it has no effect. */
export function readsOption({ defaults }: Architecture, option: keyof BuildOptions): boolean {
  return defaults[option] !== undefined;
}

/** The user's choices, and the architecture's own where the user made none. */
export function buildOptions({ defaults }: Architecture, chosen: Partial<BuildOptions> = {}): BuildOptions {
  return { head: 'follow', pointwiseFrom: Infinity, auxLogits: false, ...defaults, ...chosen };
}

/** Builds with the architecture's own choices where the user made none. */
export function buildArchitecture(architecture: Architecture, chosen: Partial<BuildOptions> = {}): Graph {
  return architecture.build(buildOptions(architecture, chosen));
}
