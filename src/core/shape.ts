/** Sizes of a tensor, batch first: `[N, C, H, W]` for images, `[N, F]` after flattening. */
export type Shape = readonly number[];

/** `1×64×224×224` */
export function formatShape(shape: Shape): string {
  return shape.join('×');
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}
