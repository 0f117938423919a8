import { expect, test } from 'vitest';
import { idOf, item, ME } from '../testing/summaries';
import { rowsOf, type Row } from './rows';

const me = { kind: 'agent' as const, id: ME };
const kinds = (rows: Row[]) => rows.map(({ kind }) => kind);
const asked = { newAfter: null, customerRead: 0, me };

test('each day begins with its mark', () => {
  const items = [
    item(1, { at: '2026-03-01T12:00:00Z' }),
    item(2, { at: '2026-03-01T12:01:00Z' }),
    item(3, { at: '2026-03-03T12:00:00Z' }),
  ];
  expect(kinds(rowsOf({ ...asked, items }))).toEqual(['day', 'message', 'message', 'day', 'message']);
});

test('messages of one author shortly after each other are drawn as one group', () => {
  const items = [
    item(1),
    item(2),
    item(3, { author: me }),
    item(4, { author: me, kind: 'note' }),
    item(5, { author: me, kind: 'note', at: '2026-03-01T10:30:00Z' }),
  ];
  const continued = rowsOf({ ...asked, items }).flatMap((row) =>
    row.kind === 'message' ? [row.continued] : [],
  );
  expect(continued).toEqual([false, true, false, false, false]);
});

test('the mark of what is new stands before the first unread of somebody else', () => {
  const items = [item(1), item(2, { author: me }), item(3, { author: me }), item(4), item(5)];
  const rows = rowsOf({ ...asked, items, newAfter: 2 });
  expect(kinds(rows)).toEqual(['day', 'message', 'message', 'message', 'new', 'message', 'message']);
  expect(kinds(rowsOf({ ...asked, items, newAfter: 5 }))).not.toContain('new');
});

test('the last message that the customer has read carries the mark', () => {
  const items = [
    item(1, { author: me }),
    item(2, { author: me }),
    item(3),
    item(4, { author: me, kind: 'note' }),
  ];
  const seen = rowsOf({ ...asked, items, customerRead: 4 }).flatMap((row) =>
    row.kind === 'message' && row.seen ? [row.item.seq] : [],
  );
  expect(seen).toEqual([2]);
});

test('what is not sent yet stands at the end and is never called new or read', () => {
  const waiting = item(0, { seq: null, entry_id: idOf(9999), author: me, delivery: 'waiting' });
  const rows = rowsOf({ ...asked, items: [item(1), waiting], newAfter: 1, customerRead: 99 });
  expect(kinds(rows)).toEqual(['day', 'message', 'message']);
  expect(rows.at(-1)).toMatchObject({ kind: 'message', seen: false });
});

test('whoever takes a conversation does not join it on a second line', () => {
  const taken = item(1, { kind: 'assigned', author: me, body: { agent_id: ME, name: 'Me', by: null } });
  const joined = item(2, { kind: 'joined', author: me, body: { name: 'Me' } });
  const other = item(3, { kind: 'joined', author: { kind: 'agent', id: idOf(7) }, body: { name: 'Jonas' } });
  expect(kinds(rowsOf({ ...asked, items: [taken, joined, other] }))).toEqual(['day', 'event', 'event']);
});

test('packets and events are rows of their own kind', () => {
  const items = [
    item(1, { kind: 'handoff_packet', body: {} }),
    item(2, { kind: 'closed', body: {} }),
    item(3, { kind: 'from_the_future' }),
  ];
  expect(kinds(rowsOf({ ...asked, items }))).toEqual(['day', 'packet', 'event', 'event']);
});
