import type { BuildOptions } from '../../arch/architecture.ts';
import { elements } from '../../core/arithmetic.ts';
import type { StoredTensor, StoredWeights } from '../../core/stored-tensor.ts';
import type { Match } from './match.ts';
import type { Found } from './search.ts';
import { isBufferName } from './state-dict.ts';

/** What a file of weights holds, and whose weights they are. */
export interface WeightsSummary {
  readonly schemaVersion: 1;
  readonly file: string;
  readonly format: string;
  /** Where in a checkpoint the weights stand, and what else it holds. */
  readonly at?: string;
  readonly beside?: readonly string[];
  readonly tensors: readonly StoredTensor[];
  readonly totals: {
    /** Each once, those with several names too. */
    readonly tensors: number;
    /** Scalars of all but buffers. */
    readonly params: number;
    /** Scalars that are saved but not learned: as the network has it, else what the name or a type without gradients tells. */
    readonly buffers: number;
    readonly bytes: number;
    readonly bytesByDtype: Readonly<Record<string, number>>;
  };
  /** Named networks that have these weights, and the options that they take. */
  readonly networks: readonly { readonly name: string; readonly options: Partial<BuildOptions> }[];
  /** Against the network that was named, or, where none was and none fits, against the nearest. */
  readonly match?: Match;
  readonly nearest?: true;
}

/** Sums, and the network that was found or asked for. */
export function summarize(
  file: string,
  { format, tensors, at, beside }: StoredWeights,
  found: readonly Found[],
  asked?: Match,
): WeightsSummary {
  const own = tensors.filter(({ sameAs }) => sameAs === undefined);
  const fitting = found.filter((each) => each.match.fits);
  const match = asked ?? (fitting.length === 0 ? found[0]?.match : undefined);
  const known = new Set((match ?? fitting[0]?.match)?.buffers);
  const isBuffer = ({ name, dtype }: StoredTensor): boolean =>
    known.has(name) || isBufferName(name) || !/^(b?float|complex)/.test(dtype);
  const scalars = (buffer: boolean): number =>
    own.reduce((sum, tensor) => (isBuffer(tensor) === buffer ? sum + elements(tensor.shape) : sum), 0);
  const bytesByDtype: Record<string, number> = {};
  for (const { dtype, bytes } of own) bytesByDtype[dtype] = (bytesByDtype[dtype] ?? 0) + bytes;
  return {
    schemaVersion: 1,
    file,
    format,
    ...(at !== undefined && { at }),
    ...(beside !== undefined && { beside }),
    tensors,
    totals: {
      tensors: own.length,
      params: scalars(false),
      buffers: scalars(true),
      bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
      bytesByDtype,
    },
    networks: fitting.map(({ architecture, options }) => ({ name: architecture, options })),
    ...(match && { match }),
    ...(match && !asked && { nearest: true }),
  };
}
