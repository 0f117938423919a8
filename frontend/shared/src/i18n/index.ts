/** Messages, plurals, dates and the choice of language. Each package keeps its own en.json and de.json. */

export { format, places, type Values } from './message';
export { chooseLocale, direction } from './locale';
export { words, type Words } from './words';
export { differences } from './parity';
