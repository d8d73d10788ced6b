/** Whitespace, punctuation, a string, a number or a word; sticky, so that it matches where it is told to look. */
const TOKEN =
  /[ \t\r\n]*(?:([[\]{}:,])|("(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/y;

export interface JsonMistake {
  readonly offset: number;
  /** `expects a value here, not ']'` */
  readonly problem: string;
}

/**
 * The first place where a text stops being JSON (RFC 8259); undefined where it is. Engines word this differently
 * and many of them leave the position out. Keeps its own stack, so that deep nesting cannot overflow the engine's.
 */
export function findJsonMistake(text: string): JsonMistake | undefined {
  const open: ('[' | '{')[] = [];
  let expected: keyof typeof expectations = 'value';
  let offset = 0;
  for (;;) {
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(text);
    const [whole = '', mark, string] = match ?? [];
    const kind = match === null ? 'nothing' : (mark ?? (string === undefined ? 'literal' : 'string'));
    const next: keyof typeof expectations | undefined = follow(kind, expected, open);
    if (next === undefined) return mistakeAt(text, offset, expected);
    offset += whole.length;
    if (next === 'end' && /^[ \t\r\n]*$/.test(text.slice(offset))) return undefined;
    expected = next;
  }
}

const expectations = {
  value: 'a value',
  'value or ]': 'a value or ]',
  key: 'a key in double quotes',
  'key or }': 'a key in double quotes or }',
  ':': 'a colon',
  ', or ]': 'a comma or ]',
  ', or }': 'a comma or }',
  end: 'the end',
};

/** What may come after a token; undefined where the token itself may not come. */
function follow(
  kind: string,
  expected: keyof typeof expectations,
  open: ('[' | '{')[],
): keyof typeof expectations | undefined {
  const after = () => {
    const around = open.at(-1);
    return around === undefined ? 'end' : around === '[' ? ', or ]' : ', or }';
  };
  const close = () => {
    open.pop();
    return after();
  };
  switch (expected) {
    case 'value':
    case 'value or ]':
      if (kind === ']' && expected === 'value or ]') return close();
      if (kind === 'string' || kind === 'literal') return after();
      if (kind !== '[' && kind !== '{') return undefined;
      open.push(kind);
      return kind === '[' ? 'value or ]' : 'key or }';
    case 'key':
    case 'key or }':
      if (kind === '}' && expected === 'key or }') return close();
      return kind === 'string' ? ':' : undefined;
    case ':':
      return kind === ':' ? 'value' : undefined;
    case ', or ]':
      return kind === ']' ? close() : kind === ',' ? 'value' : undefined;
    case ', or }':
      return kind === '}' ? close() : kind === ',' ? 'key' : undefined;
    default:
      return undefined;
  }
}

function mistakeAt(text: string, from: number, expected: keyof typeof expectations): JsonMistake {
  const offset = from + /^[ \t\r\n]*/.exec(text.slice(from))![0].length;
  const found = /^(?:[\w.+-]+|[^]?)/u.exec(text.slice(offset, offset + 40))![0];
  const what = found === '' ? 'the text ends' : `there is '${found}'`;
  return { offset, problem: `${expectations[expected]} is expected here, but ${what}` };
}
