import type { LayerAnalysis } from '../analysis/analysis.ts';
import { sum } from '../core/arithmetic.ts';
import { axesText } from '../core/numbers.ts';
import type { Shape } from '../core/shape.ts';
import { lastOf, type Unit } from './units.ts';

/** `64×112×112`: of one example. A batch of numbers is `1`. */
export const sizeText = (shape: Shape): string => (shape.length > 1 ? shape.slice(1).join('×') : '1');

/** `conv2d 7×7 /2`: the kind, and its window where it has one. */
export function layerTitle({ kind, window }: LayerAnalysis): string {
  if (!window) return kind;
  const { kernel, stride } = window;
  const steps = stride.every((step) => step === stride[0]) ? String(stride[0]) : axesText(stride);
  return `${kind} ${axesText(kernel)}${steps === '1' ? '' : ` /${steps}`}`;
}

/** `138.4 M`: three digits or so. */
export function shortNumber(value: number): string {
  const units = ['', ' K', ' M', ' G', ' T', ' P'];
  let [left, unit] = [value, 0];
  while (left >= 999.5 && unit < units.length - 1) {
    left /= 1000;
    unit++;
  }
  return `${unit === 0 ? left : left.toFixed(left < 9.995 ? 2 : 1)}${units[unit]}`;
}

/** `layer1.1 – layer1.2`: where it is, all of it. */
const unitPath = ({ name, until }: Unit): string => (until === undefined ? name : `${name} – ${until}`);

/** `10 layers, 215.8 K parameters`; of equal blocks `each 10 layers, …`. */
export function unitContents({ members, times }: Unit): string {
  const params = sum(members.map((member) => member.params));
  const layers = `${members.length} layer${members.length === 1 ? '' : 's'}`;
  const amounts = `${layers}, ${shortNumber(params)} parameters`;
  return times > 1 ? `each ${amounts}` : amounts;
}

/** A sentence on a unit, for those who hear the figure and for the pointer. */
export function unitAbout(unit: Unit): string {
  const { members } = unit;
  const what = members.length === 1 ? layerTitle(members[0]) : 'block';
  return `${unitPath(unit)}: ${what}, ${unitContents(unit)}, gives ${sizeText(lastOf(unit).outputShape)}`;
}
