import { abc } from './abc.ts';
import { collections } from './collections.ts';
import { collectionsAbc } from './collections-abc.ts';
import { contextlib } from './contextlib.ts';
import { copy } from './copy.ts';
import { dataclasses } from './dataclasses.ts';
import { enumModule } from './enum.ts';
import { functools } from './functools.ts';
import { inspect } from './inspect.ts';
import { itertools } from './itertools.ts';
import { math } from './math.ts';
import type { StandardModule } from './module.ts';
import { operator } from './operator.ts';
import { future, logging, refusing, time, warnings } from './quiet.ts';
import { random } from './random.ts';
import { re } from './re.ts';
import { os, osPath, sys, types } from './system.ts';
import { json, numbers, string, textwrap } from './texts.ts';
import { typing } from './typing.ts';

/** The standard library, as far as code of networks uses it. Anything else is asked of the embedder. */
export const standardModules: ReadonlyMap<string, StandardModule> = new Map<string, StandardModule>([
  ['__future__', future],
  ['abc', abc],
  ['collections', collections],
  ['collections.abc', collectionsAbc],
  ['contextlib', contextlib],
  ['copy', copy],
  ['dataclasses', dataclasses],
  ['enum', enumModule],
  ['functools', functools],
  ['importlib', () => refusing('importlib', 'import_module reload')],
  ['inspect', inspect],
  ['itertools', itertools],
  ['json', json],
  ['logging', logging],
  ['math', math],
  ['numbers', numbers],
  ['operator', operator],
  ['os', os],
  ['os.path', osPath],
  ['random', random],
  ['re', re],
  ['string', string],
  ['sys', sys],
  ['textwrap', textwrap],
  ['time', time],
  ['types', types],
  ['typing', typing],
  ['typing_extensions', typing],
  ['warnings', warnings],
]);
