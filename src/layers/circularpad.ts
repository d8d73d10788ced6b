import { borderLayer } from './shared/border-layer.ts';

/** A border that goes on at the other end of the image. Source: torch.nn.CircularPad1d, CircularPad2d, CircularPad3d. */
export const circularpad1d = borderLayer('circularpad1d', 1, 'circular');
export const circularpad2d = borderLayer('circularpad2d', 2, 'circular');
export const circularpad3d = borderLayer('circularpad3d', 3, 'circular');
