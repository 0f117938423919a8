/** The look and the parts that widget, desk and portal are built of. */
export * from './components/index';
export type { Glyph } from './glyphs';
