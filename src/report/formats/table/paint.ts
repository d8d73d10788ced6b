import type { Style } from '../../sheet/sheet.ts';

/** A text in a style, or as it is where there are no colors. */
export type Paint = (text: string, style: Style | undefined) => string;

/** Loads what colors only where there are colors. */
export async function painter(color: boolean): Promise<Paint> {
  if (!color) return (text) => text;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const styles = {
    strong: chalk.bold,
    faint: chalk.dim,
    accent: chalk.cyan,
    warm: chalk.yellow,
    good: chalk.green,
    bad: chalk.red,
  };
  return (text, style) => (style === undefined ? text : styles[style](text));
}
