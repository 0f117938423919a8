/** What stays in the page's own storage. Nothing is written before the visitor wanted the widget. */

import type { SeenPage } from '../embed/messages';
import { isColour } from '../embed/colour';

export interface Kept {
  token(): string | null;
  keepToken(token: string | null): void;
  colour(): string | null;
  keepColour(colour: string): void;
  trail(): SeenPage[];
  keepTrail(trail: readonly SeenPage[]): void;
  /** Whether the widget was open when this tab last left a page. */
  open(): boolean;
  keepOpen(open: boolean): void;
  forget(): void;
  /** Another tab of this site has kept or forgotten a token. */
  onToken(run: (token: string | null) => void): void;
}

export function keeping(workspace: string): Kept {
  const token = `alongside:${workspace}`;
  const colour = `${token}:colour`;
  const open = `${token}:open`;
  const trail = `${token}:trail`;
  return {
    token: () => read('localStorage', token),
    keepToken: (value) => write('localStorage', token, value),
    colour: () => [read('localStorage', colour)].find(isColour) ?? null,
    keepColour: (value) => write('localStorage', colour, value),
    trail: () => pages(read('sessionStorage', trail)),
    keepTrail: (value) => write('sessionStorage', trail, JSON.stringify(value)),
    open: () => read('sessionStorage', open) !== null,
    keepOpen: (value) => write('sessionStorage', open, value ? '1' : null),
    forget() {
      write('localStorage', token, null);
      write('localStorage', colour, null);
      write('sessionStorage', trail, null);
      write('sessionStorage', open, null);
    },
    onToken: (run) => addEventListener('storage', ({ key, newValue }) => key === token && run(newValue)),
  };
}

type Area = 'localStorage' | 'sessionStorage';

/** Storage may be forbidden or full: then this visit is all there is. */
function read(area: Area, key: string): string | null {
  try {
    return window[area].getItem(key);
  } catch {
    return null;
  }
}

function write(area: Area, key: string, value: string | null): void {
  try {
    if (value === null) window[area].removeItem(key);
    else window[area].setItem(key, value);
  } catch {
    return;
  }
}

function pages(text: string | null): SeenPage[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? (kept as SeenPage[]).filter(({ url }) => typeof url === 'string') : [];
  } catch {
    return [];
  }
}
