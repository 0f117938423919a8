/** Which language to speak, and in which direction it runs. */

/** The first of `offered` that fits the wishes in their order, by exact tag, then by language; else the first offered. */
export function chooseLocale<L extends string>(
  wishes: readonly (string | null | undefined)[],
  offered: readonly [L, ...L[]],
): L {
  for (const wish of wishes) {
    if (!wish) continue;
    const tag = wish.toLowerCase();
    const exact = offered.find((locale) => locale.toLowerCase() === tag);
    const near = offered.find((locale) => language(locale) === language(tag));
    if (exact ?? near) return (exact ?? near)!;
  }
  return offered[0];
}

export function direction(locale: string): 'ltr' | 'rtl' {
  return ['ar', 'fa', 'he', 'ur', 'ps', 'yi', 'dv', 'ckb', 'sd', 'ug'].includes(language(locale))
    ? 'rtl'
    : 'ltr';
}

function language(tag: string): string {
  return tag.toLowerCase().split(/[-_]/)[0]!;
}
