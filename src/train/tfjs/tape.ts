import type { Buffer, Tape, TapeOperation, Traced } from '../../layers/shared/keras-tape.ts';

type Recorded = TapeOperation & { readonly result: Traced };

/**
 * What tfjs's tape holds: after the forward pass what a derivative needs; in the backward pass every gradient to the
 * end, because they are made in one scope. Source: tfjs-core 4.22, `engine.ts` (`gradients`), `tape.ts`
 * (`backpropagateGradients`).
 */
export class StepTape implements Tape {
  readonly #operations: Recorded[] = [];
  readonly #saved = new Set<Buffer>();
  #constants = 0;
  readonly step: number;

  constructor(step: number) {
    this.step = step;
  }

  input(bytes: number): Traced {
    const traced = { bytes, memory: { bytes, users: 1 }, learned: false };
    this.keep(traced);
    return traced;
  }

  run(operation: TapeOperation): Traced {
    const { inputs, output, saves = [], savesOutput, constants = 0, weights = 0 } = operation;
    const bytes = output ?? inputs[0].bytes;
    const result: Traced = {
      bytes,
      memory: output === undefined ? inputs[0].memory : { bytes, users: 1 },
      learned: weights > 0 || inputs.some(({ learned }) => learned),
    };
    for (const { memory } of saves) this.#saved.add(memory);
    if (savesOutput) this.#saved.add(result.memory);
    this.#constants += constants;
    this.#operations.push({ ...operation, result });
    return result;
  }

  /** The tensor is held by something outside the tape. */
  keep({ memory }: Traced): void {
    this.#saved.add(memory);
  }

  /** Bytes that are live when the forward pass is done. */
  kept(): number {
    return [...this.#saved].reduce((total, { bytes }) => total + bytes, this.#constants);
  }

  /** Bytes that the backward pass from `last` on adds to that, at most. */
  backward(last: Traced): number {
    let live = 0;
    let peak = 0;
    const allocate = (bytes: number): Buffer => {
      live += bytes;
      peak = Math.max(peak, live);
      return { bytes, users: 1 };
    };
    const gradients = new Map<Traced, Buffer>([[last, allocate(last.bytes)]]);
    const add = (input: Traced, gradient: Buffer) => {
      const before = gradients.get(input);
      if (before === undefined) return void gradients.set(input, gradient);
      gradients.set(input, allocate(input.bytes));
      if (--before.users === 0) live -= before.bytes;
    };
    for (const {
      inputs,
      result,
      weights = 0,
      passes,
      eager,
      extra = 0,
      scratch = 0,
    } of this.#operations.toReversed()) {
      const incoming = gradients.get(result);
      if (incoming === undefined || !result.learned) continue;
      allocate(extra);
      for (const input of inputs) {
        if (!input.learned && !eager) continue;
        const shared = passes === true && input.bytes === incoming.bytes;
        if (shared) incoming.users++;
        const gradient = shared ? incoming : allocate(input.bytes);
        peak = Math.max(peak, live + scratch);
        if (input.learned) add(input, gradient);
      }
      allocate(weights);
    }
    return peak;
  }
}
