import { iteratorOf, nextOf } from '../operate/protocols.ts';
import { run } from '../state.ts';
import { exceptionClasses, Raised, raised, typeError } from '../values/exceptions.ts';
import type { Value } from '../values/object.ts';
import { PyGenerator, PyIterator } from '../values/values.ts';
import type { Frame, Signal } from './frame.ts';
import { enter, leave, passed } from './trace.ts';

/** A generator function under way, on a JavaScript generator. */
export class Generator_ extends PyGenerator {
  private readonly frame: Frame;
  private readonly steps: Generator<Value, Signal, Value>;
  private state: 'new' | 'waiting' | 'running' | 'done' = 'new';

  constructor(frame: Frame, steps: Generator<Value, Signal, Value>) {
    super();
    this.frame = frame;
    this.steps = steps;
  }

  send(value: Value): Value | undefined {
    if (this.state === 'done') return undefined;
    if (this.state === 'new' && value !== null) {
      throw typeError("can't send non-None value to a just-started generator");
    }
    return this.resume(() => this.steps.next(value));
  }

  throwIn(error: Error): Value | undefined {
    if (this.state === 'done') throw error;
    if (this.state === 'new') {
      this.state = 'done';
      throw error;
    }
    return this.resume(() => this.steps.throw(error));
  }

  close(): void {
    if (this.state !== 'waiting') {
      this.state = 'done';
      return;
    }
    try {
      if (this.throwIn(raised('GeneratorExit')) === undefined) return;
    } catch (error) {
      if (isGeneratorExit(error)) return;
      throw error;
    }
    throw raised('RuntimeError', 'generator ignored GeneratorExit');
  }

  private resume(step: () => IteratorResult<Value, Signal>): Value | undefined {
    if (this.state === 'running') throw raised('ValueError', 'generator already executing');
    this.state = 'running';
    const back = run.frame;
    const handled = run.handled;
    enter(this.frame);
    let finished = true;
    try {
      const turn = step();
      finished = turn.done === true;
      if (turn.done !== true) return turn.value;
      this.returned = this.frame.result;
      return undefined;
    } catch (error) {
      throw passed(stopped(error), this.frame);
    } finally {
      this.state = finished ? 'done' : 'waiting';
      run.handled = handled;
      leave(this.frame, back, finished);
    }
  }
}

const stop = exceptionClasses.get('StopIteration')!;
const exit = exceptionClasses.get('GeneratorExit')!;

const isGeneratorExit = (error: unknown) => error instanceof Raised && error.exception.cls.isSubclassOf(exit);

/** A StopIteration that nobody caught inside is a mistake, not the end. */
function stopped(error: unknown): unknown {
  if (!(error instanceof Raised) || !error.exception.cls.isSubclassOf(stop)) return error;
  const wrong = raised('RuntimeError', 'generator raised StopIteration');
  wrong.exception.cause = error.exception;
  return wrong;
}

/** `yield from` */
export function* delegate(value: Value): Generator<Value, Value, Value> {
  const inner = iteratorOf(value);
  if (!(inner instanceof PyGenerator)) {
    const next = inner instanceof PyIterator ? inner.next : nextOf(inner);
    for (let item = next(); item !== undefined; item = next()) yield item;
    return null;
  }
  let thrown: Error | undefined;
  let sent: Value = null;
  for (;;) {
    const item: Value | undefined = thrown === undefined ? inner.send(sent) : inner.throwIn(thrown);
    if (item === undefined) return inner.returned;
    thrown = undefined;
    try {
      sent = yield item;
    } catch (error) {
      if (!(error instanceof Raised)) throw error;
      if (isGeneratorExit(error)) {
        inner.close();
        throw error;
      }
      thrown = error;
    }
  }
}
