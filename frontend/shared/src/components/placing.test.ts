import { expect, test } from 'vitest';
import { placeBelow } from './placing';

const page = { width: 400, height: 800 };
const anchor = (left: number, top: number) => ({
  left,
  top,
  right: left + 40,
  bottom: top + 30,
  width: 40,
  height: 30,
});

test('a list hangs below its button', () => {
  expect(placeBelow(anchor(20, 100), { width: 200, height: 150 }, page)).toMatchObject({
    left: 20,
    top: 136,
  });
});

test('at the end of the page it stands above, and at the edge it turns inwards', () => {
  expect(placeBelow(anchor(350, 740), { width: 200, height: 150 }, page)).toMatchObject({
    left: 190,
    top: 584,
  });
});

test('it never leaves the page and says how high it may be', () => {
  const place = placeBelow(anchor(10, 380), { width: 600, height: 5000 }, page);
  expect(place.left).toBe(8);
  expect(place.height).toBeLessThanOrEqual(400);
});
