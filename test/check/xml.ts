/** An element of an XML document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

const NAME = '[A-Za-z_][\\w.-]*';
const TOKEN = new RegExp(
  `<(?<open>${NAME})(?<attributes>(?:\\s+${NAME}="[^"<]*")*)\\s*(?<empty>/)?>|</(?<close>${NAME})>|(?<text>[^<]+)`,
  'y',
);
const CHARACTERS = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Reads a document without comments and doctypes, and throws where it is not well-formed. */
export function parseXml(document: string): Element {
  if (!CHARACTERS.test(document)) throw new Error('a character that XML 1.0 does not allow');
  const start = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/.exec(document);
  if (!start) throw new Error('no declaration');
  TOKEN.lastIndex = start[0].length;
  const root = { name: '', attributes: {}, children: [] as Element[], text: '' };
  const open = [root];
  while (TOKEN.lastIndex < document.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(document)?.groups;
    if (!groups) throw new Error(`not XML: ${document.slice(at, at + 40)}`);
    const parent = open.at(-1)!;
    if (groups['text'] !== undefined) parent.text += decoded(groups['text']);
    else if (groups['close'] !== undefined) {
      if (open.pop()!.name !== groups['close']) throw new Error(`${groups['close']} closes another element`);
    } else {
      const element = {
        name: groups['open']!,
        attributes: attributesOf(groups['attributes']!),
        children: [],
        text: '',
      };
      parent.children.push(element);
      if (groups['empty'] === undefined) open.push(element);
    }
  }
  if (open.length !== 1 || root.children.length !== 1 || root.text.trim() !== '') {
    throw new Error('not one root element');
  }
  return root.children[0]!;
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w.-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, decoded(value!)]);
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw new Error('an attribute twice');
  return Object.fromEntries(pairs);
}

const decoded = (text: string) =>
  text.replace(/&(\w*)(;?)/g, (_, name: string, end: string) => {
    if (end === '' || !Object.hasOwn(ENTITIES, name)) throw new Error(`&${name} is no entity`);
    return ENTITIES[name]!;
  });
