/** Keys that work everywhere on the desk, unless somebody is writing. */

export type ShortcutName =
  | 'next'
  | 'previous'
  | 'accept'
  | 'close'
  | 'reply'
  | 'note'
  | 'assign'
  | 'search'
  | 'panel'
  | 'sheet'
  | 'back';

export const KEYS: Record<ShortcutName, string> = {
  next: 'j',
  previous: 'k',
  accept: 'a',
  assign: 's',
  close: 'e',
  reply: 'r',
  note: 'n',
  search: '/',
  panel: 'p',
  sheet: '?',
  back: 'Escape',
};

export class Shortcuts {
  readonly #bound = new Map<ShortcutName, () => void>();

  /** What these keys do from now on; the returned function ends it. */
  bind(actions: Partial<Record<ShortcutName, () => void>>): () => void {
    const names = Object.keys(actions) as ShortcutName[];
    for (const name of names) this.#bound.set(name, actions[name]!);
    return () => {
      for (const name of names) if (this.#bound.get(name) === actions[name]) this.#bound.delete(name);
    };
  }

  /** Takes a key press; says whether it was one of ours. */
  press(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
    if (isBusy(event.target)) return false;
    const name = (Object.keys(KEYS) as ShortcutName[]).find((each) => KEYS[each] === event.key);
    const action = name && this.#bound.get(name);
    if (!action) return false;
    event.preventDefault();
    action();
    return true;
  }
}

/** Somebody writes, chooses, or reads a dialog. */
function isBusy(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  const editable = 'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable="true"]';
  return target.closest(`${editable}, dialog, [role="menu"]`) !== null;
}
