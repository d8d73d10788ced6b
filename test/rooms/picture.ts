import type { Room } from './rooms.ts';

/** Column and row of each room, the ground last. */
const places: Readonly<Record<string, readonly [column: number, row: number]>> = {
  cli: [1.5, 0],
  library: [0.5, 0],
  start: [2.7, 0],
  report: [1, 1],
  check: [0.5, 2],
  train: [1.5, 2],
  export: [2.5, 2],
  draw: [3.5, 2],
  arch: [0.5, 3],
  analysis: [1.5, 3],
  files: [2.7, 3],
  read: [0.5, 4],
  graph: [1, 5],
  optimizers: [2, 5],
  layers: [1.5, 6],
  text: [0, 7],
  onnx: [1.5, 7],
  core: [0.75, 8],
};

const [boxWidth, boxHeight, columnWidth, rowHeight, margin] = [210, 48, 236, 92, 20];

/** What is left of the arrows when those go that follow from two others. */
function reduced(rooms: readonly Room[]): (readonly [from: string, to: string])[] {
  const below = new Map(rooms.map(({ name, imports }) => [name, imports]));
  const reaches = (from: string, to: string): boolean =>
    below.get(from)!.some((next) => next === to || reaches(next, to));
  return rooms.flatMap(({ name, imports }) =>
    imports
      .filter((to) => !imports.some((between) => between !== to && reaches(between, to)))
      .map((to) => [name, to] as const),
  );
}

/** The map of rooms as SVG. Throws for a room that has no place in the picture. */
export function picture(rooms: readonly Room[]): string {
  const place = (name: string) => {
    const found = places[name];
    if (!found) throw new Error(`the room ${name} has no place in test/rooms/picture.ts`);
    return { x: margin + found[0] * columnWidth, y: margin + found[1] * rowHeight, row: found[1] };
  };
  const right = Math.max(...rooms.map(({ name }) => place(name).x)) + boxWidth + margin;
  const bottom = Math.max(...rooms.map(({ name }) => place(name).y)) + boxHeight + margin;
  const boxes = rooms.flatMap(({ name, about, pure }) => {
    const { x, y } = place(name);
    const middle = x + boxWidth / 2;
    return [
      `<rect x="${x}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="6" class="${pure ? 'pure' : 'edge'}"/>`,
      `<text x="${middle}" y="${y + 20}" class="name">${name}/</text>`,
      `<text x="${middle}" y="${y + 37}" class="about">${about}</text>`,
    ];
  });
  const arrows = reduced(rooms).map(([from, to]) => {
    const [above, under] = [place(from), place(to)];
    const start = [above.x + boxWidth / 2, above.y + boxHeight] as const;
    const end = [under.x + boxWidth / 2, under.y - 4] as const;
    if (under.row - above.row === 1) return `<path d="M${start.join(' ')} L${end.join(' ')}"/>`;
    // Past other rows: across under the own row, then straight down.
    const across = start[1] + 22;
    return `<path d="M${start.join(' ')} L${start[0]} ${across} L${end[0]} ${across} L${end.join(' ')}"/>`;
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${right} ${bottom}" width="${right}" height="${bottom}">`,
    '<title>Rooms of src/: an arrow leads to what a room imports, and to all below it</title>',
    '<style>',
    'text { font-family: ui-sans-serif, system-ui, sans-serif; text-anchor: middle; fill: #1f2328 }',
    '.name { font-size: 15px; font-weight: 600 } .about { font-size: 12px; fill: #57606a }',
    '.pure { fill: #ddf4ff; stroke: #54aeff } .edge { fill: #fff8c5; stroke: #d4a72c }',
    'path { fill: none; stroke: #57606a; stroke-width: 1.5; marker-end: url(#head) }',
    '</style>',
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">',
    '<polygon points="0 0, 8 4, 0 8" fill="#57606a"/></marker></defs>',
    `<rect width="${right}" height="${bottom}" fill="#ffffff"/>`,
    ...arrows,
    ...boxes,
    '</svg>',
  ].join('\n')}\n`;
}
