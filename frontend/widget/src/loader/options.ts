/** What the page says in the script tag, and how the launcher should look. */

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

const COLOUR = /^#[0-9a-f]{6}$/i;

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

export function isColour(colour: unknown): colour is string {
  return typeof colour === 'string' && COLOUR.test(colour);
}

/** White or near-black, whichever reads better on the colour (contrast by WCAG 2). */
export function inkOn(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => linear(parseInt(colour.slice(at, at + 2), 16) / 255));
  const luminance = 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.0565 ? '#ffffff' : '#101412';
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}
