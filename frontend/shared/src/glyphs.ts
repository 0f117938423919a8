/**
 * Our own drawings on a grid of 20 by 20, one stroke of 1.5, round ends.
 * Each glyph is the `d` of one path, exported alone so that a bundle carries only what it shows.
 */
export type Glyph = string;

export const inbox: Glyph =
  'M3.5 11.5 5.6 4.9a1.5 1.5 0 0 1 1.4-1h6a1.5 1.5 0 0 1 1.4 1l2.1 6.6v3.6a1.5 1.5 0 0 1-1.5 1.5H5a1.5 1.5 0 0 1-1.5-1.5zM3.5 11.5h3.6l1 2h3.8l1-2h3.6';
export const person: Glyph =
  'M10 9.8a3.1 3.1 0 1 0 0-6.2 3.1 3.1 0 0 0 0 6.2M3.9 16.6c.7-2.8 3.1-4.2 6.1-4.2s5.4 1.4 6.1 4.2';
export const people: Glyph =
  'M7.6 9.4a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4M2.4 15.9c.5-2.6 2.6-3.9 5.2-3.9s4.7 1.3 5.2 3.9M13 4.2a2.6 2.6 0 0 1 0 5M14.6 12.2c1.6.5 2.7 1.7 3 3.6';
export const personAdd: Glyph =
  'M8 9.6a2.9 2.9 0 1 0 0-5.8 2.9 2.9 0 0 0 0 5.8M2.4 16.2c.6-2.7 2.8-4 5.6-4 1.5 0 2.8.4 3.8 1.1M15.2 11.2v5M12.7 13.7h5';
export const search: Glyph = 'M9 14.2A5.2 5.2 0 1 0 9 3.8a5.2 5.2 0 0 0 0 10.4M12.8 12.8l3.6 3.6';
export const send: Glyph = 'M10 16V4.4M5.2 9.2 10 4.4l4.8 4.8';
export const attach: Glyph =
  'm15.6 9.6-5.5 5.5a3.5 3.5 0 0 1-5-5l5.8-5.7a2.3 2.3 0 0 1 3.3 3.3l-5.6 5.6a1.1 1.1 0 0 1-1.6-1.6l5-5';
export const note: Glyph =
  'M4 5.2A1.2 1.2 0 0 1 5.2 4h9.6A1.2 1.2 0 0 1 16 5.2v6.3L11.5 16H5.2A1.2 1.2 0 0 1 4 14.8zM11.5 16v-3.3a1.2 1.2 0 0 1 1.2-1.2H16M7 7.5h6M7 10.2h3';
export const reply: Glyph = 'M7.6 5 3.8 8.8l3.8 3.8M3.8 8.8h7.4a5 5 0 0 1 5 5v1.4';
export const check: Glyph = 'm4.5 10.6 3.6 3.6 7.4-8.2';
export const checkDouble: Glyph = 'm1.8 10.6 3.5 3.6L12.2 6M9.4 13.3l.9.9L17.8 6';
export const circleCheck: Glyph = 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M7 10.2l2.1 2.1L13.2 8';
export const cross: Glyph = 'm5.2 5.2 9.6 9.6M14.8 5.2l-9.6 9.6';
export const more: Glyph =
  'M4.4 10a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0M9.4 10a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0M14.4 10a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0';
export const menu: Glyph = 'M3.5 5.8h13M3.5 10h13M3.5 14.2h13';
export const back: Glyph = 'M16 10H4.2M9 4.8 4 10l5 5.2';
export const chevronDown: Glyph = 'm5.5 8 4.5 4.4L14.5 8';
export const chevronRight: Glyph = 'm8 5.5 4.4 4.5L8 14.5';
export const arrowDown: Glyph = 'M10 4v11.6M5.2 10.8l4.8 4.8 4.8-4.8';
export const reopen: Glyph = 'M4.2 10A5.9 5.9 0 1 0 6 5.7L4.2 7.4M4.2 3.9v3.5h3.5';
export const assign: Glyph =
  'M8 9.6a2.9 2.9 0 1 0 0-5.8 2.9 2.9 0 0 0 0 5.8M2.4 16.2c.6-2.7 2.8-4 5.6-4 .9 0 1.8.2 2.5.4M12.2 14.4h5M15.1 12.1l2.3 2.3-2.3 2.3';
export const queue: Glyph = 'M3.6 6h12.8M5.6 10h8.8M7.6 14h4.8';
export const hand: Glyph =
  'M6.9 10.4V5.1a1 1 0 0 1 2.1 0v4M9 9V4a1 1 0 0 1 2.1 0v5M11.1 9.2V4.9a1 1 0 0 1 2.1 0v5.2M13.2 9.9V7.3a1 1 0 0 1 2 0v4.4c0 3-1.8 5-4.7 5-2.2 0-3.4-.9-4.6-2.9l-1.7-3a1 1 0 0 1 1.7-1.1l1 1.3';
export const globe: Glyph =
  'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M3 10h14M10 3c2 2 2.9 4.3 2.9 7S12 15 10 17c-2-2-2.9-4.3-2.9-7S8 5 10 3';
export const clock: Glyph = 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M10 6v4.2l2.7 1.7';
export const sliders: Glyph =
  'M3.5 6.2h6M13.5 6.2h3M11.5 8.2a2 2 0 1 0 0-4 2 2 0 0 0 0 4M3.5 13.8h3M10.5 13.8h6M8.5 15.8a2 2 0 1 0 0-4 2 2 0 0 0 0 4';
export const verified: Glyph =
  'm10 2.8 1.9 1.3 2.3.1.7 2.1 1.8 1.5-.7 2.2.7 2.2-1.8 1.4-.7 2.2-2.3.1L10 17.2l-1.9-1.3-2.3-.1-.7-2.2-1.8-1.4.7-2.2-.7-2.2 1.8-1.5.7-2.1 2.3-.1zM7.4 10.1l1.8 1.8 3.4-3.7';
export const file: Glyph =
  'M5.2 3.4h5.6l4 4v8.2a1 1 0 0 1-1 1H5.2a1 1 0 0 1-1-1V4.4a1 1 0 0 1 1-1M10.6 3.6v4h4';
export const picture: Glyph =
  'M4.6 4h10.8A1.1 1.1 0 0 1 16.5 5.1v9.8a1.1 1.1 0 0 1-1.1 1.1H4.6a1.1 1.1 0 0 1-1.1-1.1V5.1A1.1 1.1 0 0 1 4.6 4M3.7 13.8l3.7-3.5 2.8 2.6 2.5-2.3 3.7 3.4M7.2 7.6h.01';
export const download: Glyph = 'M10 3.6v8.6M6.2 8.6 10 12.4l3.8-3.8M4 16.2h12';
export const external: Glyph =
  'M8.4 4.4H5.2A1.2 1.2 0 0 0 4 5.6v9.2A1.2 1.2 0 0 0 5.2 16h9.2a1.2 1.2 0 0 0 1.2-1.2v-3.2M11.6 4h4.4v4.4M15.8 4.2l-6.6 6.6';
export const alert: Glyph = 'M10 3.6 17.2 16H2.8zM10 8.2v3.6M10 13.9h.01';
export const info: Glyph = 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M10 9.4v4M10 6.7h.01';
export const offline: Glyph =
  'M3.2 3.2l13.6 13.6M2.8 8.3a10.4 10.4 0 0 1 3.4-2.1M9.3 5.3a10.3 10.3 0 0 1 7.9 3M5.4 11.1a6.6 6.6 0 0 1 3.3-1.8M12.8 9.9c.7.3 1.3.7 1.8 1.2M8 13.8a2.9 2.9 0 0 1 4 0M10 16.2h.01';
export const copy: Glyph =
  'M8.2 7h7A1.3 1.3 0 0 1 16.5 8.3v7a1.3 1.3 0 0 1-1.3 1.3h-7a1.3 1.3 0 0 1-1.3-1.3v-7A1.3 1.3 0 0 1 8.2 7M4.4 12.8a.9.9 0 0 1-.9-.9V4.6a1.1 1.1 0 0 1 1.1-1.1h7.3a.9.9 0 0 1 .9.9';
export const plus: Glyph = 'M10 4.2v11.6M4.2 10h11.6';
export const key: Glyph =
  'M7.2 16.2a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8M9.7 10.4l6.5-6.6M13.2 6.8l2.4 2.4';
export const history: Glyph = 'M3.6 10a6.4 6.4 0 1 0 1.9-4.5L3.6 7.4M3.6 4v3.4H7M10 6.6V10l2.4 1.6';
export const sparkle: Glyph =
  'M9 3.4c.6 3.7 1.9 5 5.6 5.6-3.7.6-5 1.9-5.6 5.6-.6-3.7-1.9-5-5.6-5.6C7.1 8.4 8.4 7.1 9 3.4M15.2 12.8c.2 1.3.7 1.8 2 2-1.3.2-1.8.7-2 2-.2-1.3-.7-1.8-2-2 1.3-.2 1.8-.7 2-2';
export const signOut: Glyph =
  'M8 4H5.2A1.2 1.2 0 0 0 4 5.2v9.6A1.2 1.2 0 0 0 5.2 16H8M8.6 10h8M13.6 6.8l3.2 3.2-3.2 3.2';
export const keyboard: Glyph =
  'M3.8 5.2h12.4a1.3 1.3 0 0 1 1.3 1.3v7a1.3 1.3 0 0 1-1.3 1.3H3.8a1.3 1.3 0 0 1-1.3-1.3v-7a1.3 1.3 0 0 1 1.3-1.3M5.6 8.3h.01M8.5 8.3h.01M11.5 8.3h.01M14.4 8.3h.01M7 11.9h6';
export const sun: Glyph =
  'M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4M10 2.6v1.6M10 15.8v1.6M2.6 10h1.6M15.8 10h1.6M4.8 4.8l1.1 1.1M14.1 14.1l1.1 1.1M15.2 4.8l-1.1 1.1M5.9 14.1l-1.1 1.1';
export const moon: Glyph = 'M16.4 11.9A6.8 6.8 0 0 1 8.1 3.6a6.8 6.8 0 1 0 8.3 8.3';
export const device: Glyph =
  'M3.8 4h12.4a1.2 1.2 0 0 1 1.2 1.2v6.6a1.2 1.2 0 0 1-1.2 1.2H3.8a1.2 1.2 0 0 1-1.2-1.2V5.2A1.2 1.2 0 0 1 3.8 4M7.4 16.2h5.2M10 13v3.2';
export const eye: Glyph =
  'M2.4 10c1.7-3.3 4.3-5 7.6-5s5.9 1.7 7.6 5c-1.7 3.3-4.3 5-7.6 5s-5.9-1.7-7.6-5M10 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6';
export const smile: Glyph =
  'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M7 11.8c.8 1.1 1.8 1.6 3 1.6s2.2-.5 3-1.6M7.7 8h.01M12.3 8h.01';
export const trash: Glyph =
  'M3.8 5.8h12.4M8 5.6V4.2a.8.8 0 0 1 .8-.8h2.4a.8.8 0 0 1 .8.8v1.4M5.4 6l.7 9.3a1.2 1.2 0 0 0 1.2 1.1h5.4a1.2 1.2 0 0 0 1.2-1.1L14.6 6M8.5 9v4.4M11.5 9v4.4';
export const chat: Glyph =
  'M4.8 4h10.4a1.5 1.5 0 0 1 1.5 1.5v6.6a1.5 1.5 0 0 1-1.5 1.5H9.6L6 16.6v-3H4.8a1.5 1.5 0 0 1-1.5-1.5V5.5A1.5 1.5 0 0 1 4.8 4';
export const code: Glyph = 'M7 6 3 10l4 4M13 6l4 4-4 4M11.3 4.6 8.7 15.4';
export const sort: Glyph = 'M6 4.2v11.4M3.2 12.9 6 15.7l2.8-2.8M14 15.8V4.4M11.2 7.1 14 4.3l2.8 2.8';
