import { readFileSync } from 'node:fs';

interface Node {
  readonly $id?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Node>>;
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly prefixItems?: readonly Node[];
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly allOf?: readonly Node[];
}

export const schemaNames = ['analysis', 'comparison', 'fit', 'reconciliation', 'check', 'training'] as const;

const schemas = new Map(
  schemaNames.map((name) => {
    const file = new URL(`../../schema/${name}.schema.json`, import.meta.url);
    return [name, JSON.parse(readFileSync(file, 'utf8')) as Node] as const;
  }),
);

export interface Field {
  /** `memory.training.peakBytes`, `layers[].path` */
  readonly path: string;
  readonly type: string;
  readonly about: string;
}

/** Every field of a command's JSON, in the order of its schema. A whole other document is named and not repeated. */
export function fieldsOf(name: (typeof schemaNames)[number]): Field[] {
  const root = schemas.get(name)!;
  const found = new Map<string, Field>();
  walk(root, '', root, [], (field) => {
    const known = found.get(field.path);
    if (!known || (known.about === '' && field.about !== '')) found.set(field.path, field);
  });
  return [...found.values()];
}

function walk(
  node: Node,
  path: string,
  root: Node,
  open: readonly Node[],
  add: (field: Field) => void,
): void {
  const { target, from, whole } = resolved(node, root);
  if (whole || open.includes(target)) return;
  const deeper = [...open, target];
  for (const part of [...(target.anyOf ?? []), ...(target.oneOf ?? []), ...(target.allOf ?? [])])
    walk(part, path, from, deeper, add);
  for (const [key, value] of Object.entries(target.properties ?? {})) {
    const own = path === '' ? key : `${path}.${key}`;
    const there = resolved(value, from);
    add({
      path: own,
      type: typeOf(value, from),
      about: value.description ?? there.target.description ?? '',
    });
    walk(value, own, from, deeper, add);
  }
  if (target.items) walk(target.items, `${path}[]`, from, deeper, add);
  const others = target.additionalProperties;
  if (typeof others === 'object') walk(others, `${path}.*`, from, deeper, add);
}

/** What a reference leads to, and the schema in which that lies. */
function resolved(node: Node, root: Node): { target: Node; from: Node; whole: boolean } {
  if (node.$ref === undefined) return { target: node, from: root, whole: false };
  const [id, pointer = ''] = node.$ref.split('#');
  const from = id === '' ? root : [...schemas.values()].find((schema) => schema.$id === id)!;
  if (pointer === '' || pointer === '/') return { target: from, from, whole: id !== '' };
  let target: unknown = from;
  for (const part of pointer.split('/').slice(1)) target = (target as Record<string, unknown>)[part];
  const next = resolved(target as Node, from);
  return next;
}

function typeOf(node: Node, root: Node): string {
  const { target, from, whole } = resolved(node, root);
  if (whole) return target.title ?? 'object';
  if (target.const !== undefined) return JSON.stringify(target.const);
  if (target.enum) return target.enum.map((value) => JSON.stringify(value)).join(', ');
  const several = target.anyOf ?? target.oneOf;
  if (several) return [...new Set(several.map((one) => typeOf(one, from)))].join(' or ');
  if (target.items) return `list of ${typeOf(target.items, from)}`;
  if (target.prefixItems) return `[${target.prefixItems.map((one) => typeOf(one, from)).join(', ')}]`;
  const { type } = target;
  if (type === undefined) return target.properties ? 'object' : 'any';
  return typeof type === 'string' ? type : type.join(' or ');
}

/** The page's tables. */
export function fieldsPage(): string {
  const command: Readonly<Record<(typeof schemaNames)[number], string>> = {
    analysis: 'vgg-inspect ARCH --json',
    comparison: 'vgg-inspect compare A B --json',
    fit: 'vgg-inspect fit ARCH --json',
    reconciliation: 'vgg-inspect reconcile ARCH NUMBER --json',
    check: 'vgg-inspect check --json',
    training: 'vgg-inspect train ARCH --json',
  };
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const sections = schemaNames.map((name) => {
    const rows = fieldsOf(name).map(
      ({ path, type, about }) => `| \`${path}\` | ${cell(type)} | ${cell(about)} |`,
    );
    return `## \`${command[name]}\`\n\n| field | type | what it is |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Every field of the JSON output\n\nMade from the schemas in \`schema/\` (\`npx vitest run test/report/json-page -u\` writes it); [json.md](json.md) is the page to read first. \`[]\` is each entry of a list, \`*\` any key.\n\n${sections.join('\n')}`;
}
