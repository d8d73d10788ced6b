/** A number, a word or a bracketed list of them, with the place where it starts. */
export type Item = Word | List;
export interface Word {
  readonly text: string;
  /** 1-based. */
  readonly column: number;
}
export interface List {
  readonly items: readonly Item[];
  /** Of the opening bracket; 1-based. */
  readonly column: number;
}

export const isList = (item: Item): item is List => 'items' in item;

/** Reports a mistake at a column; must throw. */
export type Complain = (column: number, problem: string) => never;

/** A list whose closing bracket has not come yet. `bracket` is empty for a list written without any. */
interface OpenList {
  readonly items: Item[];
  readonly column: number;
  readonly bracket: '(' | '[' | '';
  /** After a comma or the opening bracket: an item may come. */
  expectsItem: boolean;
}

const TOKEN = /[()[\],]|'[^']*'|"[^"]*"|[^()[\],\s'"]+|['"]/g;
const closing = { '(': ')', '[': ']', '': undefined } as const;
/** Longer texts are no list that a person writes, and would only waste time. */
const MAX_LENGTH = 100_000;

/**
 * Reads a nested list as Python and JSON write it: `((1,64),(1,128))`, `[[1, 64], [1, 128]]`, `[64, 'M', 128]`.
 * Brackets may be mixed but must match, a comma may follow the last item, words may be quoted.
 * With `bare` the outermost brackets may be left out.
 */
export function readList(text: string, complain: Complain, { bare = false } = {}): List {
  if (text.length > MAX_LENGTH) complain(1, `is longer than ${MAX_LENGTH} characters`);
  if (text.trim() === '') complain(1, 'is empty');
  const open: OpenList[] = [];
  if (bare && !/^\s*[([]/.test(text)) open.push({ items: [], column: 1, bracket: '', expectsItem: true });
  let whole: List | undefined;

  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    const column = match.index + 1;
    const list = open.at(-1);
    if (whole) complain(column, `has something after its end: ${shown(token)}`);
    if (token === ')' || token === ']') {
      if (!list || list.bracket === '') complain(column, `has a '${token}' that closes nothing`);
      if (closing[list.bracket] !== token) {
        complain(column, `has a '${token}' where '${list.bracket}' of column ${list.column} must be closed`);
      }
      open.pop();
      if (open.length === 0) whole = list;
    } else if (token === ',') {
      if (!list || list.expectsItem) complain(column, 'has a comma with nothing before it');
      list.expectsItem = true;
    } else {
      if (list && !list.expectsItem) complain(column, `needs a comma before ${shown(token)}`);
      if (token === '(' || token === '[') {
        const inner: OpenList = { items: [], column, bracket: token, expectsItem: true };
        if (list) add(list, inner);
        open.push(inner);
      } else {
        if (!list) complain(column, `must start with a bracket, not ${shown(token)}`);
        add(list, { text: token.replace(/^(['"])(.*)\1$/, '$2'), column });
      }
    }
  }
  const last = open.at(-1);
  if (last?.bracket) {
    complain(text.length + 1, `ends before the '${last.bracket}' of column ${last.column} is closed`);
  }
  return whole ?? last!;
}

function add(list: OpenList, item: Item): void {
  list.items.push(item);
  list.expectsItem = false;
}

/** A whole number from 1 to 2^31 − 1, the largest size PyTorch takes. */
export function readCount(item: Item, what: string, complain: Complain): number {
  if (isList(item)) complain(item.column, `needs ${what} here, not another list`);
  const { text, column } = item;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (!Number.isInteger(value) && !(Math.abs(value) === Infinity)) {
    complain(column, `needs ${what} as a whole number, not ${shown(text)}`);
  }
  if (value < 1) complain(column, `needs ${what} of at least 1, not ${shown(text)}`);
  if (value >= 2 ** 31) complain(column, `needs ${what} below 2^31, not ${shown(text)}`);
  return value;
}

const shown = (text: string) => `'${text.length > 30 ? `${text.slice(0, 27)}...` : text}'`;
