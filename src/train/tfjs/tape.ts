/** A buffer of tensors; views share one. */
interface Memory {
  readonly bytes: number;
  users: number;
}

/** A tensor of the forward pass, known by its size alone. */
export interface Traced {
  readonly bytes: number;
  readonly memory: Memory;
  /** A learnt weight lies behind it, so that it has a gradient. */
  readonly learnt: boolean;
}

/** An operation as tfjs's tape records it. */
export interface Operation {
  readonly inputs: readonly Traced[];
  /** Bytes of the result; left out where it is the first input seen with another shape. */
  readonly output?: number;
  /** Inputs that the derivative needs. */
  readonly saves?: readonly Traced[];
  /** The derivative needs the result. */
  readonly savesOutput?: boolean;
  /** Bytes of constants that the derivative needs. */
  readonly constants?: number;
  /** Bytes of the gradients of its weights. */
  readonly weights?: number;
  /** The gradients of its inputs are that of its result itself. */
  readonly passes?: boolean;
  /** All gradients are computed at once, also those that nobody asks for. */
  readonly eager?: boolean;
  /** Bytes that the derivative computes beside the gradients and that stay to the end. */
  readonly extra?: number;
  /** Bytes that live only while a gradient is computed. */
  readonly scratch?: number;
}

type Recorded = Operation & { readonly result: Traced };

/**
 * What tfjs's tape holds: after the forward pass what a derivative needs; in the backward pass every gradient to the
 * end, because they are made in one scope. Source: tfjs-core 4.22, `engine.ts` (`gradients`), `tape.ts`
 * (`backpropagateGradients`).
 */
export class Tape {
  readonly #operations: Recorded[] = [];
  readonly #saved = new Set<Memory>();
  #constants = 0;
  /** What a backend's step function, the derivative of ReLU, takes at once, as a multiple of its input. */
  readonly step: number;

  constructor(step: number) {
    this.step = step;
  }

  input(bytes: number): Traced {
    const traced = { bytes, memory: { bytes, users: 1 }, learnt: false };
    this.keep(traced);
    return traced;
  }

  run(operation: Operation): Traced {
    const { inputs, output, saves = [], savesOutput, constants = 0, weights = 0 } = operation;
    const bytes = output ?? inputs[0]!.bytes;
    const result: Traced = {
      bytes,
      memory: output === undefined ? inputs[0]!.memory : { bytes, users: 1 },
      learnt: weights > 0 || inputs.some(({ learnt }) => learnt),
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
    const allocate = (bytes: number): Memory => {
      live += bytes;
      peak = Math.max(peak, live);
      return { bytes, users: 1 };
    };
    const gradients = new Map<Traced, Memory>([[last, allocate(last.bytes)]]);
    const add = (input: Traced, gradient: Memory) => {
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
      if (incoming === undefined || !result.learnt) continue;
      allocate(extra);
      for (const input of inputs) {
        if (!input.learnt && !eager) continue;
        const shared = passes === true && input.bytes === incoming.bytes;
        if (shared) incoming.users++;
        const gradient = shared ? incoming : allocate(input.bytes);
        peak = Math.max(peak, live + scratch);
        if (input.learnt) add(input, gradient);
      }
      allocate(weights);
    }
    return peak;
  }
}
