import { VggError } from '../../../core/errors/error.ts';
import type { Place } from '../ast.ts';

/** What is written is not Python, or not Python that is read here. */
export const syntaxError = (problem: string, place: Place) =>
  new VggError('python-syntax', { problem }, { line: place.line, column: place.column });
