import { readFileSync } from 'node:fs';
import { architecture } from '../../dist/arch/catalog.js';
import { buildArchitecture, readsOption } from '../../dist/arch/architecture.js';
import { parseSpec } from '../../dist/arch/spec/spec.js';

/** What pip calls the releases of thop whose rules were others. */
const OLD_THOP = new Map([
  ['thop-2020-01', 'thop==0.0.31.post2001170342'],
  ['thop-2019', 'thop==0.0.31.post1912272122'],
]);

const fixture = (name) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), 'utf8'));
const names = fixture('tool-networks');
const specs = fixture('tool-specs');

/**
 * Built-in networks, of large families a few; `named` are those that torchvision itself builds. Some tools run them for
 * real, and there are too many for that.
 */
export function builtInNetworks() {
  return names.map((name) => {
    const known = architecture(name);
    const graph = buildArchitecture(known);
    const { source, defaults } = known;
    const auxLogits = readsOption(known, 'auxLogits') ? defaults.auxLogits : null;
    const input = [1, ...graph.inputs[0].shape];
    const named = source === 'torchvision' ? { model: name.split('/')[1], auxLogits, input } : undefined;
    return { name, graph, input, named };
  });
}

/** The built-in networks, and one small spec for each kind of layer that tools treat in their own way. */
function cases() {
  const builtIn = builtInNetworks();
  const small = Object.entries(specs).map(([name, spec]) => {
    const graph = parseSpec(JSON.stringify(spec), `${name}.json`);
    return { name: `spec: ${name}`, graph, input: [1, ...graph.inputs[0].shape], named: undefined };
  });
  return { builtIn, small };
}

/**
 * What every tool says of every network: `{name, graph, input, functions, numbers}`. `functions` are the layers that
 * torchvision calls as functions, which tools that watch modules do not see. Networks of other sources are built out
 * of modules.
 */
export async function runTools({ python, packageFolder, note }, tools) {
  const { builtIn, small } = cases();
  const all = [...builtIn, ...small];
  const watched = tools.filter((tool) => tool !== 'keras' && !OLD_THOP.has(tool));
  note(`running ${watched.join(', ')} on ${all.length} networks`);
  const live = await python('conventions.py', {
    tools: watched,
    networks: all.map(({ graph, input, named }) => named ?? { graph, input }),
  });
  note('counting them with Keras');
  const keras = await python('conventions.py', {
    tools: tools.filter((tool) => tool === 'keras'),
    networks: builtIn.map(({ graph, input }) => ({ graph, input })),
  });
  const torchvision = builtIn.flatMap(({ name, named }) => (named ? [{ name, request: named }] : []));
  const requests = torchvision.map(({ request }) => request);
  const facts = await python(
    'torchvision_networks.py',
    requests.map((request) => ({ ...request, input: [2, ...request.input.slice(1)] })),
  );
  /** @type {Record<string, object>[]} */
  const old = requests.map(() => ({}));
  for (const tool of tools.filter((name) => OLD_THOP.has(name))) {
    const folder = await packageFolder(OLD_THOP.get(tool), note);
    const counted = await python('conventions_old_thop.py', { tool, folder, networks: requests });
    counted.forEach((numbers, at) => Object.assign(old[at] ?? {}, numbers));
  }
  return all.map(({ name, graph, input, named }, i) => {
    const at = torchvision.findIndex((other) => other.name === name);
    const functions = named ? functionsOf(graph, facts[at]) : [];
    return { name, graph, input, functions, numbers: { ...live[i], ...keras[i], ...(named ? old[at] : {}) } };
  });
}

/** torch's nodes come in the order of ours; the layer-by-layer check sees to that. */
function functionsOf(graph, { nodes }) {
  return graph.nodes.filter((_, i) => nodes[i]?.path === null).map(({ path }) => path);
}
