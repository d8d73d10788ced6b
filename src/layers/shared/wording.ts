import type * as z from 'zod/mini';

/** A form of value in words, for one of them and for several. */
interface Words {
  readonly one: string;
  readonly many: string;
}

/** What a schema takes, in plain words: `a whole number or a pair of whole numbers`. */
function describe(schema: z.core.$ZodType): string {
  return oneOf(formsOf(schema).map(({ one }) => one));
}

/**
 * What is wrong with a value, to be put after its name: `must be at least 1`.
 * `issues` are zod's, all about the one value that `schema` describes.
 */
export function plainProblem(issues: readonly z.core.$ZodIssue[], schema: z.core.$ZodType): string {
  const leaves = issues.flatMap(leavesOf);
  const lengths = new Set(['array', 'tuple', 'string']);
  const below = leaves.find((issue) => issue.code === 'too_small' && !lengths.has(issue.origin));
  if (below?.code === 'too_small') {
    return `must be ${below.inclusive ? 'at least' : 'more than'} ${below.minimum}`;
  }
  const limits = leaves.flatMap((issue) =>
    issue.code === 'too_big' && !lengths.has(issue.origin) ? [Number(issue.maximum)] : [],
  );
  if (limits.length > 0) return `must be at most ${Math.min(...limits)}`;
  const custom = leaves.find(({ code }) => code === 'custom');
  return custom?.message ?? `must be ${describe(schema)}`;
}

function leavesOf(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(leavesOf) : [issue];
}

const COUNTS = ['no', 'one', 'a pair of', 'three', 'four'];

/** The alternatives that a schema takes. */
function formsOf(schema: z.core.$ZodType): Words[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'number': {
      const whole = 'format' in def && def.format === 'safeint' ? 'whole ' : '';
      return [{ one: `a ${whole}number`, many: `${whole}numbers` }];
    }
    case 'boolean':
      return [same('true'), same('false')];
    case 'string':
      return [{ one: 'a word', many: 'words' }];
    case 'enum':
      return Object.values(def.entries).map((word) => same(`'${word}'`));
    case 'array':
      return [{ one: `a list of ${several(def.element)}`, many: `lists of ${several(def.element)}` }];
    case 'tuple': {
      if (def.items.length === 1)
        return [same(`a list with ${oneOf(formsOf(def.items[0]!).map(({ one }) => one))}`)];
      return [same(`${COUNTS[def.items.length] ?? def.items.length} ${several(def.items[0]!)}`)];
    }
    case 'object':
      return [{ one: 'a mapping of names to values', many: 'mappings of names to values' }];
    case 'union':
      return def.options.flatMap(formsOf);
    case 'nullable':
      return [...formsOf(def.innerType), same('null')];
    case 'optional':
    case 'default':
      return formsOf(def.innerType);
    case 'pipe':
      return formsOf(def.in);
    default:
      return [same(`a ${def.type}`)];
  }
}

const same = (words: string): Words => ({ one: words, many: words });

/** Alternatives within a list are in brackets. */
function several(schema: z.core.$ZodType): string {
  const words = formsOf(schema).map(({ many }) => many);
  return words.length > 1 ? `(${oneOf(words)})` : oneOf(words);
}

const oneOf = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
