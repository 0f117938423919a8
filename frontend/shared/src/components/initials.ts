/** How many colours an avatar may have; tokens.css defines as many (`--hue-0` …). */
export const HUES = 6;

/** Up to two letters for a name: the first of its first and of its last word. */
export function initialsOf(name: string | null | undefined): string {
  const words = (name ?? '').trim().split(/\s+/u).filter(startsWithLetter);
  const chosen = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return chosen.map((word) => [...(word ?? '')][0]?.toLocaleUpperCase() ?? '').join('');
}

function startsWithLetter(word: string): boolean {
  return /^[\p{L}\p{N}]/u.test(word);
}

/** The colour of an id: always the same for the same id, spread evenly (FNV-1a). */
export function hueOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193) >>> 0;
  return hash % HUES;
}
