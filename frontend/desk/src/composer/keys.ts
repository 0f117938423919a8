import type { SendKey } from '../preferences.svelte';

interface Press {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  isComposing: boolean;
}

/** Whether this key press sends what is written. A letter that is still being composed never does. */
export function sends(press: Press, by: SendKey): boolean {
  if (press.key !== 'Enter' || press.isComposing || press.shiftKey) return false;
  return by === 'enter' || press.ctrlKey || press.metaKey;
}
