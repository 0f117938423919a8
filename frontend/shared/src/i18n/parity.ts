/** For tests: what a translation lacks or has too much of, compared with the original. */

import { places } from './message';

type Catalogue = Record<string, string>;

/** One line for each difference in keys or in places for values; empty when the translation is complete. */
export function differences(original: Catalogue, translation: Catalogue): string[] {
  const missing = Object.keys(original).filter((key) => !(key in translation));
  const surplus = Object.keys(translation).filter((key) => !(key in original));
  const uneven = Object.keys(original).filter(
    (key) => key in translation && String(places(original[key]!)) !== String(places(translation[key]!)),
  );
  return [
    ...missing.map((key) => `missing: ${key}`),
    ...surplus.map((key) => `not in the original: ${key}`),
    ...uneven.map((key) => `other places for values: ${key}`),
  ];
}
