import { readFile } from 'node:fs/promises';

/** A published figure, and how it comes about. Ships as `fixtures/published.json`. */
export interface PublishedFigure {
  /** Built-in name. */
  readonly network: string;
  /** Torchvision's name of the weights whose metadata has the figure. */
  readonly weights?: string;
  readonly auxLogits?: boolean;
  /** `1x3x224x224`; one image of the network's own size when left out. */
  readonly input?: string;
  readonly what: 'params' | 'macs' | 'flops' | 'memory';
  /** Written so that its digits are those that count: `152392e5`. */
  readonly figure: string;
  /** As it was printed, where that hides how many digits count: `15239200000`. */
  readonly printed?: string;
  /** The convention that gives it. */
  readonly convention: string;
  /** Which number of bytes it is. */
  readonly calls?: string;
  /** What else is not as the network is, in the words of `reconcile`. */
  readonly deviations?: readonly string[];
  /** How it was rounded, in the words of `reconcile`; absent where it is not hit. */
  readonly rounding?: string;
  /** Why the convention does not hit it. */
  readonly why?: string;
  readonly source: string;
  readonly url: string;
}

/** The table that ships with the package. */
export async function publishedFigures(): Promise<PublishedFigure[]> {
  const file = new URL('../../../../fixtures/published.json', import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as PublishedFigure[];
}
