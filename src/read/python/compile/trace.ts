import { VggError } from '../../../core/errors/error.ts';
import { run } from '../state.ts';
import { Raised, raised } from '../values/exceptions.ts';
import { dropAll, type Frame } from './frame.ts';

const TRACE = 40;

/** What goes up, with the place where it passed. */
export function passed(error: unknown, frame: Frame): unknown {
  const { line, column } = frame.at;
  const going = error instanceof RangeError ? tooDeep() : error;
  if (going instanceof Raised) {
    if (going.trace.length < TRACE) going.trace.push({ file: frame.file, name: frame.name, line, column });
    return going;
  }
  if (going instanceof VggError && going.location.line === undefined) {
    return going.at({ file: frame.file, line, column });
  }
  return going;
}

/** JavaScript's own stack ends for very deep expressions: to Python it is the same. */
export const tooDeep = () => raised('RecursionError', 'maximum recursion depth exceeded');

export function enter(frame: Frame): void {
  if (++run.depth > run.limits.depth) {
    run.depth--;
    throw tooDeep();
  }
  run.frame = frame;
}

export function leave(frame: Frame, back: typeof run.frame, finished: boolean): void {
  run.depth--;
  run.frame = back;
  if (finished && run.dropped !== undefined) dropAll(frame);
}
