/** The workspace's colour as the tokens of the look, readable in light and dark. */

import { channels, contrast, inkOn } from '../embed/colour';

const SURFACE = { light: '#ffffff', dark: '#161b19' };
/** What words in the brand's colour may stand on, besides its own soft tone: the others' bubbles. */
const SAID = { light: '#eef1f0', dark: '#29322e' };
const READABLE = 4.5;

/** Custom properties for a brand colour; words in that colour reach a contrast of 4.5 on our surfaces. */
export function brandTokens(colour: string, dark: boolean): Record<string, string> {
  const ink = inkOn(colour);
  const away = ink === '#ffffff' ? '#000000' : '#ffffff';
  const soft = mixed(colour, dark ? SURFACE.dark : SURFACE.light, dark ? 0.78 : 0.9);
  const words = readable(colour, dark, [soft, dark ? SAID.dark : SAID.light]);
  return {
    '--brand': colour,
    '--on-brand': ink,
    '--brand-deep': mixed(colour, '#000000', 0.22),
    '--accent': colour,
    '--on-accent': ink,
    '--accent-hover': mixed(colour, away, 0.1),
    '--accent-pressed': mixed(colour, away, 0.2),
    '--accent-soft': soft,
    '--accent-text': words,
    '--focus': words,
  };
}

/** The colour, moved towards white or black until words in it can be read on all of the surfaces. */
function readable(colour: string, dark: boolean, surfaces: string[]): string {
  for (let part = 0; part < 1; part += 0.05) {
    const moved = mixed(colour, dark ? '#ffffff' : '#000000', part);
    if (surfaces.every((surface) => contrast(moved, surface) >= READABLE)) return moved;
  }
  return dark ? '#ffffff' : '#000000';
}

function mixed(colour: string, other: string, part: number): string {
  const into = channels(other);
  const mix = channels(colour).map((channel, at) => Math.round(channel * (1 - part) + into[at]! * part));
  return `#${mix.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
