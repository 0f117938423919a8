/** What the page says in the script tag, and how the launcher should look. */

import { isColour } from '../embed/colour';

export interface Options {
  workspace: string;
  /** Origin of the server, where this script came from. */
  server: string;
  /** The locale that the page wishes; null: the page's language, then the browser's. */
  locale: string | null;
  colour: string;
  side: 'left' | 'right';
  /** Whether to show our own launcher, or leave opening to the page. */
  launcher: boolean;
}

export type Changeable = Partial<Pick<Options, 'locale' | 'colour' | 'side' | 'launcher'>>;

/** Options of `<script src=… data-workspace=… data-locale data-colour data-side data-launcher>`. */
export function optionsOf(script: HTMLScriptElement, remembered: string | null): Options {
  const { workspace = '', locale = null, colour, side, launcher } = script.dataset;
  return {
    workspace,
    server: new URL(script.src).origin,
    locale,
    colour: [colour, remembered].find(isColour) ?? '#0b6e4f',
    side: side === 'left' ? 'left' : 'right',
    launcher: launcher !== 'none',
  };
}
