import type { Warning } from '../core/warning.ts';

/**
 * The warning that dividing the channels before the network is built would give another network, for those whose
 * structure depends on their channels. `weightLayers` is the depth of what comes out at a ratio.
 */
export function dividedFirstWarning(
  weightLayers: (ratio: number) => number,
  ratio: number,
): Warning | undefined {
  const kept = weightLayers(1);
  const dividedFirst = weightLayers(ratio);
  if (kept === dividedFirst) return undefined;
  return {
    code: 'ratio-keeps-structure',
    message:
      `the ratio ${ratio} keeps all ${kept} weight layers; dividing the channels before the network is built ` +
      `gives one with ${dividedFirst}, whose thin blocks fall below the width from which 1×1 convolutions are added`,
  };
}
