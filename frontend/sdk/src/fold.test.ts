import { expect, test } from 'vitest';
import { appended, happened, NOTHING_TOLD, subscribed, type Told } from './fold';
import type { Entries, Subscribed } from './frames';
import { AGENT, entries, entry, ME, summary } from './testing/scripted';

const C = 'c';
const PERSON = { kind: 'person' as const, id: ME };
const ADA = { kind: 'agent' as const, id: AGENT };
const JOURNAL = [
  entry(1, 'hello', { author: PERSON }),
  entry(2, '', { kind: 'joined', author: ADA, body: { name: 'Ada' } }),
  entry(3, 'how can I help', { author: ADA }),
  entry(5, 'my bill', { author: PERSON }),
];

function answer(upto: number, readByPerson: number, readByAda: number, after = 0): Subscribed {
  const ada = { ...ADA, name: 'Ada', read_seq: readByAda };
  return {
    type: 'subscribed',
    id: '1',
    topic: `conversation:${C}`,
    state: {
      summary: summary(C, { last_seq: upto }),
      participants: [{ ...PERSON, name: null, read_seq: readByPerson }, ...(upto > 1 ? [ada] : [])],
      presence: [],
    },
    after,
    upto,
    entries: JOURNAL.filter(({ seq }) => seq > after && seq <= upto),
  };
}

function range(after: number, upto: number): Entries {
  return entries(
    't',
    after,
    JOURNAL.filter(({ seq }) => seq > after && seq <= upto),
    upto,
  );
}

test('state and events equal the state fetched anew', () => {
  let told = subscribed(NOTHING_TOLD, answer(1, 0, 0), true);
  told = appended(told, range(1, 3));
  told = happened(told, 'read', { who: PERSON, seq: 3 }, 0);
  told = appended(told, range(3, 6));
  told = happened(told, 'read', { who: ADA, seq: 5 }, 0);
  told = happened(told, 'summary', summary(C, { last_seq: 6 }), 0);
  expect(told).toEqual(subscribed(NOTHING_TOLD, answer(6, 3, 5), true));
});

test('resuming gives the same as having listened', () => {
  const listened = appended(subscribed(NOTHING_TOLD, answer(2, 0, 0), true), range(2, 6));
  const resumed = subscribed(subscribed(NOTHING_TOLD, answer(2, 0, 0), true), answer(6, 0, 0, 2), false);
  expect(resumed.entries).toEqual(listened.entries);
  expect(resumed.upto).toBe(listened.upto);
});

test('a server that was set back to a backup is believed', () => {
  const ahead = subscribed(NOTHING_TOLD, answer(6, 0, 0), true);
  const back = subscribed(ahead, answer(3, 0, 0), false);
  expect([back.entries.map(({ seq }) => seq), back.upto]).toEqual([[1, 2, 3], 3]);
});

test('ranges in any overlap give each entry once', () => {
  let told: Told = subscribed(NOTHING_TOLD, answer(1, 0, 0), true);
  for (const [after, upto] of [
    [0, 2],
    [1, 3],
    [0, 3],
    [2, 6],
    [3, 6],
  ] as const)
    told = appended(told, range(after, upto));
  expect(told.entries).toEqual(JOURNAL);
});

test('a read mark never goes back', () => {
  const told = happened(subscribed(NOTHING_TOLD, answer(3, 3, 0), true), 'read', { who: PERSON, seq: 1 }, 0);
  expect(told.participants[0]?.read_seq).toBe(3);
});

test('whoever has left takes part no longer', () => {
  const told = appended(subscribed(NOTHING_TOLD, answer(3, 0, 0), true), {
    ...range(3, 3),
    entries: [entry(4, '', { kind: 'left', author: ADA, body: { name: 'Ada' } })],
    upto: 4,
  });
  expect(told.participants).toEqual([{ ...PERSON, name: null, read_seq: 0 }]);
});

test('the person may turn out to be somebody we know', () => {
  const person = { person_id: 'mara', name: 'Mara', verified: true };
  const told = happened(
    subscribed(NOTHING_TOLD, answer(3, 2, 0), true),
    'summary',
    summary(C, { person }),
    0,
  );
  expect(told.participants[0]).toEqual({ kind: 'person', id: 'mara', name: 'Mara', read_seq: 2 });
});

test('presence comes and goes', () => {
  const here = happened(NOTHING_TOLD, 'presence', { who: ADA, here: true }, 0);
  expect(here.presence).toEqual([ADA]);
  expect(happened(here, 'presence', { who: ADA, here: false }, 0).presence).toEqual([]);
});

test('an event of an unknown name changes nothing', () => {
  expect(happened(NOTHING_TOLD, 'page', { url: 'https://luma.test', title: '' }, 0)).toBe(NOTHING_TOLD);
});
