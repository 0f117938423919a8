import { expect, test } from 'vitest';
import { item } from '../testing/summaries';
import { choiceAfter } from './choices';

const offered = item(1, { author: { kind: 'concierge', id: null } });

test('the tapped quick reply is known by the next message of the customer', () => {
  expect(choiceAfter(offered, [offered, item(2, { body: { text: 'Bill', choice: 'bill' } })])).toBe('bill');
});

test('whoever wrote something else has tapped none', () => {
  const later = item(3, { body: { text: 'Bill', choice: 'bill' } });
  expect(choiceAfter(offered, [offered, item(2), later])).toBeNull();
  expect(choiceAfter(offered, [offered])).toBeNull();
});
