import type { OnnxModel } from './model.ts';
import { openSession, type Loaded, type Session } from './runtime.ts';
import type { StepGraph } from './step.ts';

/** Graphs kept ready: the whole batch and the last short one, to train and to evaluate. */
const KEPT = 4;

export interface Ready {
  readonly session: Session;
  readonly model: OnnxModel;
  readonly step: StepGraph | undefined;
}

/** Sessions by what they are for, made on first use; the one unused for longest makes room. */
export class Sessions {
  readonly #loaded: Loaded;
  readonly #ready = new Map<string, Promise<Ready>>();

  constructor(loaded: Loaded) {
    this.#loaded = loaded;
  }

  async get(key: string, write: () => { model: OnnxModel; step?: StepGraph }): Promise<Ready> {
    const ready = this.#ready.get(key) ?? this.#open(write);
    this.#ready.delete(key);
    this.#ready.set(key, ready);
    const [oldest] = this.#ready.keys();
    if (this.#ready.size > KEPT) await this.#release(oldest!);
    try {
      return await ready;
    } catch (error) {
      this.#ready.delete(key);
      throw error;
    }
  }

  async #open(write: () => { model: OnnxModel; step?: StepGraph }): Promise<Ready> {
    const { model, step } = write();
    return { session: await openSession(this.#loaded, model), model, step };
  }

  async #release(key: string): Promise<void> {
    const ready = this.#ready.get(key);
    this.#ready.delete(key);
    const { session } = await ready!;
    await session.release();
  }

  /** A session for one use. */
  async once<T>(model: OnnxModel, use: (session: Session) => Promise<T>): Promise<T> {
    const session = await openSession(this.#loaded, model);
    try {
      return await use(session);
    } finally {
      await session.release();
    }
  }

  dispose(): void {
    for (const key of this.#ready.keys()) void this.#release(key).catch(() => {});
  }
}
