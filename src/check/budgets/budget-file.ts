import { parseAssertion, type Assertion } from '../assert/assertion.ts';
import { parseText } from '../../text/parse-text.ts';
import { asList, asMapping, plain, type Entry, type Mapping, type Value } from '../../text/value.ts';
import { VggError } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
import type { Origin } from '../../core/origin.ts';
import { optionNames, optionsOf, type ModelOptions } from './model-options.ts';

/** An assertion and where it is written. */
export interface Budget {
  readonly assertion: Assertion;
  readonly at: Origin;
}

/** One model of a file of budgets. */
export interface BudgetModel {
  /** Its own name, or the command line that shows it: `vgg11 --input 1x1x224x224`. */
  readonly name: string;
  readonly arch: string | undefined;
  readonly options: ModelOptions;
  readonly budgets: readonly Budget[];
  readonly at: Origin;
}

export interface BudgetFile {
  readonly models: readonly BudgetModel[];
  /** Name of the lock as the file gives it. */
  readonly lock: string | undefined;
}

const KEYS = ['models', 'lock'];

/**
 * Reads a file of budgets. Throws `check-unknown-key`, `check-wrong-value`, `check-no-models`,
 * `check-duplicate-model`, `bad-assertion`, the errors of options, and those of YAML syntax, each with its place.
 */
export function readBudgetFile(text: string, file: string): BudgetFile {
  const root = parseText(text, file);
  if (root.type !== 'mapping') throw wrong('the file', 'a mapping with models', root);
  checkKeys(root, KEYS);
  const lock = root.entries.get('lock')?.value;
  const listed = root.entries.get('models');
  if (!listed) throw new VggError('check-no-models', {}, root.at);
  const { items } = asList(listed.value, 'models', 'a list');
  if (items.length === 0) throw new VggError('check-no-models', {}, listed.keyAt);
  const models = new Map<string, BudgetModel>();
  for (const item of items) {
    const model = readModel(item);
    const first = models.get(model.name);
    if (first)
      throw new VggError('check-duplicate-model', { name: model.name, line: first.at.line }, model.at);
    models.set(model.name, model);
  }
  return { models: [...models.values()], lock: lock && textOf(lock, 'lock', 'a file name') };
}

function checkKeys({ entries }: Mapping, known: readonly string[]): void {
  for (const [key, { keyAt }] of entries) {
    if (known.includes(key)) continue;
    throw new VggError('check-unknown-key', { key, known, nearest: nearest(key, known) }, keyAt);
  }
}

const wrong = (what: string, expected: string, value: Value) =>
  new VggError('check-wrong-value', { what, expected, value: plain(value) }, value.at);

function textOf(value: Value, what: string, expected: string): string {
  if (value.type === 'scalar' && typeof value.value === 'string' && /^[^\p{C}]+$/u.test(value.value)) {
    return value.value;
  }
  throw wrong(what, expected, value);
}

const OWN_KEYS = ['arch', 'assert', 'name'];

function readModel(item: Value): BudgetModel {
  const model = asMapping(item, 'a model', 'a mapping such as {arch: vgg11}');
  checkKeys(model, [...OWN_KEYS, ...optionNames]);
  const own = (key: string) => model.entries.get(key)?.value;
  const arch = own('arch');
  const archText = arch && textOf(arch, 'arch', 'a built-in name or the file of a spec');
  if (archText === '-') throw wrong('arch', 'a built-in name or the file of a spec', arch!);
  const given = [...model.entries].filter(([key]) => !OWN_KEYS.includes(key));
  const { words, options } = optionsOf(given);
  const name = own('name');
  return {
    name: name
      ? textOf(name, 'name', 'a text')
      : [...(archText === undefined ? [] : [archText]), ...words].join(' '),
    arch: archText,
    options,
    budgets: budgetsOf(model.entries.get('assert')),
    at: item.at,
  };
}

/** One assertion or several. */
function budgetsOf(entry: Entry | undefined): Budget[] {
  if (!entry) return [];
  const { value } = entry;
  const items = value.type === 'list' ? value.items : [value];
  return items.map((item) => {
    const text = textOf(item, 'an assertion', 'a text such as params==128806154');
    try {
      return { assertion: parseAssertion(text), at: item.at };
    } catch (error) {
      throw located(error, item.at);
    }
  });
}

/** An error at the place of what caused it; one of an assertion says that it is not an option. */
export function located(error: unknown, at: Origin): unknown {
  if (!(error instanceof VggError)) return error;
  if (error.code !== 'bad-assertion' && error.code !== 'unknown-field') return error.at(at);
  const { code, args } = error as VggError<'bad-assertion' | 'unknown-field'>;
  return new VggError(code, { ...args, by: 'assert' }, at);
}
