import type { StepEvent } from '../../../train/loop.ts';
import type { EpochResult } from '../../../train/recipe.ts';
import { epochLine, progressLine, stepLine } from '../../../report/subjects/train/progress.ts';
import type { Io } from '../../io/io.ts';
import { printable } from '../../io/printable.ts';

/** Milliseconds between two pictures of the bar, and between two lines of a log. */
const REDRAW = 100;
const REPEAT = 30_000;

const ERASE_LINE = '\r\u001b[K';

/** A bar on a terminal's stderr, plain lines anywhere else, nothing where the user wants it quiet. */
export class TrainProgress {
  readonly #io: Io;
  readonly #live: boolean;
  readonly #quiet: boolean;
  #shown = false;
  #last = performance.now();

  constructor(io: Io) {
    this.#io = io;
    this.#quiet = io.quiet === true;
    this.#live = !this.#quiet && io.stderr.isTTY && io.env['TERM'] !== 'dumb';
  }

  async step(event: StepEvent, epochs: number): Promise<void> {
    if (this.#quiet || !this.#due(this.#live ? REDRAW : REPEAT)) return;
    if (this.#live) return this.#draw(progressLine(event, epochs, this.#io.stderr.columns ?? 80));
    await this.#io.stderr.write(`${stepLine(event, epochs)}\n`);
  }

  async epoch(result: EpochResult, epochs: number, rate: number): Promise<void> {
    if (this.#quiet) return;
    await this.clear();
    await this.#io.stderr.write(`${epochLine(result, epochs, rate)}\n`);
  }

  download(file: string, done: number, total: number | undefined): void {
    if (!this.#live || !this.#due(REDRAW)) return;
    const share = total === undefined ? '' : ` ${Math.floor((100 * done) / total)} %`;
    void this.#draw(`downloading ${file}${share}`);
  }

  async note(text: string): Promise<void> {
    if (this.#quiet) return;
    await this.clear();
    await this.#io.stderr.write(`${printable(text)}\n`);
  }

  /** Takes the bar away before something else is written. */
  async clear(): Promise<void> {
    if (this.#shown) await this.#io.stderr.write(ERASE_LINE);
    this.#shown = false;
  }

  #due(interval: number): boolean {
    const now = performance.now();
    if (now - this.#last < interval) return false;
    this.#last = now;
    return true;
  }

  async #draw(text: string): Promise<void> {
    this.#shown = true;
    await this.#io.stderr.write(`${ERASE_LINE}${printable(text)}`);
  }
}
