/** What the visitor sees in the page: the launcher, its badge, and the panel in which the frame lies. */

import type { Insets } from '../embed/messages';
import { inkOn } from '../embed/colour';
import { STYLES } from './styles';

const CHAT =
  'M4.9 4.2h14.2A1.9 1.9 0 0 1 21 6.1v8.6a1.9 1.9 0 0 1-1.9 1.9h-6.4l-4.9 4v-4H4.9A1.9 1.9 0 0 1 3 14.7V6.1a1.9 1.9 0 0 1 1.9-1.9M7.8 9h8.4M7.8 12.2h5.2';
const DOWN = 'm6 9.5 6 6 6-6';
const SMALL_SCREEN = '(max-width: 520px), (max-height: 480px)';

export class Shell {
  readonly host = document.createElement('alongside-widget');
  readonly panel = element('div', 'panel');
  readonly button = element('button', 'launcher');
  readonly #badge = element('span', 'badge');
  readonly #insets = element('div', 'insets');
  readonly #small = matchMedia(SMALL_SCREEN);
  /** The screen became small or large, was turned, or its keyboard came up. */
  onLayout: () => void = () => {};

  constructor() {
    const root = this.host.attachShadow({ mode: 'open' });
    dress(root);
    this.button.type = 'button';
    this.#badge.hidden = true;
    this.#badge.setAttribute('aria-hidden', 'true');
    this.button.append(drawing(CHAT, 'chat'), drawing(DOWN, 'down'), this.#badge);
    root.append(this.panel, this.button, this.#insets);
    this.#small.addEventListener('change', () => this.#arranged());
    window.visualViewport?.addEventListener('resize', () => this.#arranged());
    window.visualViewport?.addEventListener('scroll', () => this.#fit());
    this.#arranged();
  }

  get open(): boolean {
    return 'open' in this.host.dataset;
  }

  /** Covers the whole screen when open. */
  get full(): boolean {
    return this.#small.matches;
  }

  get insets(): Insets {
    const { paddingTop, paddingRight, paddingBottom, paddingLeft } = getComputedStyle(this.#insets);
    const [top, right, bottom, left] = [paddingTop, paddingRight, paddingBottom, paddingLeft].map(parseFloat);
    return { top: top || 0, right: right || 0, bottom: bottom || 0, left: left || 0 };
  }

  show(open: boolean): void {
    this.host.toggleAttribute('data-open', open);
    this.#fit();
  }

  colour(colour: string): void {
    this.host.style.setProperty('--colour', colour);
    this.host.style.setProperty('--ink', inkOn(colour));
  }

  side(side: 'left' | 'right'): void {
    this.host.dataset['side'] = side;
  }

  launcher(shown: boolean): void {
    this.button.hidden = !shown;
    this.host.toggleAttribute('data-bare', !shown);
  }

  name(label: string): void {
    this.button.setAttribute('aria-label', label);
    this.button.setAttribute('aria-expanded', String(this.open));
  }

  unread(count: number): void {
    this.#badge.hidden = count === 0;
    this.#badge.textContent = count > 9 ? '9+' : String(count);
  }

  #arranged(): void {
    this.host.toggleAttribute('data-full', this.full);
    this.#fit();
    this.onLayout();
  }

  /** On a small screen the panel is as high as what the keyboard leaves, and the page behind it stays still. */
  #fit(): void {
    const covering = this.full && this.open;
    const { style } = this.panel;
    const visible = window.visualViewport;
    style.height = covering && visible ? `${visible.height}px` : '';
    style.top = covering && visible ? `${visible.offsetTop}px` : '';
    hold(covering);
  }
}

let held: string | null = null;

function hold(still: boolean): void {
  const { style } = document.documentElement;
  if (still && held === null) {
    held = style.overflow;
    style.overflow = 'hidden';
  } else if (!still && held !== null) {
    style.overflow = held;
    held = null;
  }
}

/** A constructed style sheet: allowed under any Content-Security-Policy of the page. */
function dress(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(Object.assign(document.createElement('style'), { textContent: STYLES }));
  }
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, className = ''): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), { className });
}

function drawing(path: string, className: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const line = document.createElementNS(svg.namespaceURI, 'path');
  const attributes = {
    viewBox: '0 0 24 24',
    width: '28',
    height: '28',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '1.8',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
    class: className,
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}
