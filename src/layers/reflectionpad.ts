import { borderLayer } from './shared/border-layer.ts';

/** A border that mirrors the image at its last pixel. Source: torch.nn.ReflectionPad1d, ReflectionPad2d, ReflectionPad3d. */
export const reflectionpad1d = borderLayer('reflectionpad1d', 1, 'reflect');
export const reflectionpad2d = borderLayer('reflectionpad2d', 2, 'reflect');
export const reflectionpad3d = borderLayer('reflectionpad3d', 3, 'reflect');
