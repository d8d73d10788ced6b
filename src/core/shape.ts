/** Sizes of a tensor, batch first: `[N, C, H, W]` for images, `[N, F]` after flattening. */
export type Shape = readonly number[];

/** `1×64×224×224` */
export function formatShape(shape: Shape): string {
  return shape.join('×');
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
