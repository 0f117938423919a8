/** Addresses in a text, so that they can be followed. Only http, https and mailto; nothing else becomes a link. */

export type Piece = { text: string; href: string | null };

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+|\bwww\.[^\s<>"'`]+\.[^\s<>"'`]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/gi;
const CLOSING = /[.,;:!?…]+$/;

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    if (match.index > at) found.push({ text: text.slice(at, match.index), href: null });
    found.push({ text: address, href: hrefOf(address) });
    at = match.index + address.length;
  }
  if (at < text.length) found.push({ text: text.slice(at), href: null });
  return found;
}

/** Without the sentence's own punctuation, and without a bracket that was opened before the address. */
function trimmed(address: string): string {
  const bare = address.replace(CLOSING, '');
  const unopened = bare.endsWith(')') && !bare.includes('(');
  return unopened ? trimmed(bare.slice(0, -1)) : bare;
}

function hrefOf(address: string): string {
  if (/^https?:/i.test(address)) return address;
  return /^www\./i.test(address) ? `https://${address}` : `mailto:${address}`;
}
