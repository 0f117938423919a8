/** Plain text with its addresses found, so that it is drawn without any HTML of a stranger's. */

export type TextPart = { text: string } | { text: string; href: string };

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/gi;
const TRAILING = /[.,;:!?)\]}'"»…]+$/;

export function linked(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const found = trimmed(match[0]);
    const href = hrefOf(found);
    if (!href) continue;
    if (match.index > at) parts.push({ text: text.slice(at, match.index) });
    parts.push({ text: found, href });
    at = match.index + found.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

/** The address if it is one that a link may carry, as `https:`; null for `javascript:` and whatever else there is. */
export function safeHref(address: string | null | undefined): string | null {
  if (!address || !URL.canParse(address)) return null;
  const url = new URL(address);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
}

function hrefOf(found: string): string | null {
  return found.includes('://') ? safeHref(found) : `mailto:${found}`;
}

/** Without the full stop of the sentence; a bracket stays when the address opened it. */
function trimmed(found: string): string {
  const end = TRAILING.exec(found)?.[0] ?? '';
  if (!end) return found;
  const bare = found.slice(0, found.length - end.length);
  return end.startsWith(')') && bare.includes('(') && !bare.includes(')') ? `${bare})` : bare;
}
