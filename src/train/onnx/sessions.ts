import type { OnnxModel } from '../../onnx/model.ts';
import { openSession, type Loaded, type Session } from './runtime.ts';

/** Graphs kept ready: a part of a batch and a last short one, to train and to evaluate, and the updates. */
const KEPT = 6;

export interface Ready<G> {
  readonly session: Session;
  readonly graph: G;
}

/** Sessions by what they are for, made on first use; the one unused for longest makes room. */
export class Sessions {
  readonly #loaded: Loaded;
  readonly #ready = new Map<string, Promise<Ready<unknown>>>();

  constructor(loaded: Loaded) {
    this.#loaded = loaded;
  }

  /** The session that most steps run in keeps its memory, the others give theirs back after each run. */
  async get<G extends { readonly model: OnnxModel }>(
    key: string,
    write: () => G,
    { keepsMemory = false } = {},
  ): Promise<Ready<G>> {
    const ready = this.#ready.get(key) ?? this.#open(write, keepsMemory);
    this.#ready.delete(key);
    this.#ready.set(key, ready);
    const [oldest] = this.#ready.keys();
    if (this.#ready.size > KEPT) await this.#release(oldest!);
    try {
      return (await ready) as Ready<G>;
    } catch (error) {
      this.#ready.delete(key);
      throw error;
    }
  }

  async #open<G extends { readonly model: OnnxModel }>(
    write: () => G,
    keepsMemory: boolean,
  ): Promise<Ready<G>> {
    const graph = write();
    return { session: await openSession(this.#loaded, graph.model, { keepsMemory }), graph };
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
