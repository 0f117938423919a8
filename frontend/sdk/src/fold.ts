/** How a conversation's state changes by what the server says. Pure: state + events equals the state fetched anew. */

import type { ConversationEvents, ConversationSnapshot, Entries, Subscribed, Who } from './frames';
import { isKind, type Entry, type Participant, type Summary, type Uuid } from './words';

/** Who types, and until when (milliseconds) that is to be believed. */
export interface Typist extends Who {
  until: number;
}

export interface Told {
  summary: Summary | null;
  participants: readonly Participant[];
  presence: readonly Who[];
  typing: readonly Typist[];
  /** Ordered by `seq`, without doubles; all that this client may see in (from, upto]. */
  entries: readonly Entry[];
  from: number;
  upto: number;
}

export const NOTHING_TOLD: Told = {
  summary: null,
  participants: [],
  presence: [],
  typing: [],
  entries: [],
  from: 0,
  upto: 0,
};

const TYPING_FOR_MS = 7_000;

export function same(a: { kind: string; id: Uuid | null }, b: { kind: string; id: Uuid | null }): boolean {
  return a.kind === b.kind && a.id === b.id;
}

/**
 * A subscription's answer. When it begins beyond what is held, or the server knows less than that, what is held is let
 * go: history is loaded on demand.
 */
export function subscribed(told: Told, frame: Subscribed, fresh: boolean): Told {
  const snapshot = frame.state as ConversationSnapshot;
  const { after } = frame;
  const kept =
    fresh || after > told.upto || frame.upto < told.upto
      ? { entries: [], from: after }
      : { entries: told.entries, from: told.from };
  return {
    summary: snapshot.summary,
    participants: snapshot.participants,
    presence: snapshot.presence,
    typing: fresh ? [] : told.typing,
    entries: merged(kept.entries, frame.entries),
    from: kept.from,
    upto: frame.upto,
  };
}

export function appended(told: Told, frame: Entries): Told {
  const fresh = frame.entries.filter(({ seq }) => seq > told.upto);
  return fresh.reduce(witnessed, {
    ...told,
    entries: merged(told.entries, fresh),
    upto: Math.max(told.upto, frame.upto),
  });
}

/** Entries from before what is held, as history gives them; `from` is where they begin (0: the very start). */
export function prepended(told: Told, entries: readonly Entry[], from: number): Told {
  return { ...told, entries: merged(told.entries, entries), from };
}

export function happened<N extends keyof ConversationEvents>(
  told: Told,
  name: N,
  data: ConversationEvents[N],
  now: number,
): Told {
  switch (name) {
    case 'summary':
      return summarised(told, data as Summary);
    case 'read':
      return read(told, data as ConversationEvents['read']);
    case 'presence': {
      const { who, here } = data as ConversationEvents['presence'];
      const others = told.presence.filter((one) => !same(one, who));
      return { ...told, presence: here ? [...others, who] : others };
    }
    case 'typing': {
      const { who, on } = data as ConversationEvents['typing'];
      const others = told.typing.filter((one) => !same(one, who));
      return { ...told, typing: on ? [...others, { ...who, until: now + TYPING_FOR_MS }] : others };
    }
    default:
      return told;
  }
}

/** Lets go of typists who have not been heard of for a while. */
export function quieted(told: Told, now: number): Told {
  const typing = told.typing.filter(({ until }) => until > now);
  return typing.length === told.typing.length ? told : { ...told, typing };
}

function read(told: Told, { who, seq }: ConversationEvents['read']): Told {
  const participants = told.participants.map((one) =>
    same(one, who) ? { ...one, read_seq: Math.max(one.read_seq, seq) } : one,
  );
  return { ...told, participants };
}

/** What an entry says beyond itself: who has come, and that its author types no more. */
function witnessed(told: Told, entry: Entry): Told {
  const typing = told.typing.filter((one) => !same(one, entry.author));
  return { ...told, typing, participants: partaking(told.participants, entry) };
}

/** A conversation has one person, who may turn out to be another than they seemed. */
function summarised(told: Told, summary: Summary): Told {
  const { person_id, name } = summary.person;
  const participants = told.participants.map((one) =>
    one.kind === 'person' && (one.id !== person_id || one.name !== name)
      ? { ...one, id: person_id, name }
      : one,
  );
  return { ...told, summary, participants };
}

function partaking(participants: readonly Participant[], entry: Entry): readonly Participant[] {
  const { id, kind } = entry.author;
  if (!id || (!isKind(entry, 'joined') && !isKind(entry, 'left'))) return participants;
  const others = participants.filter((one) => !same(one, entry.author));
  if (entry.kind === 'left') return others;
  if (others.length < participants.length) return participants;
  return [...participants, { kind, id, name: entry.body.name, read_seq: 0 }];
}

function merged(held: readonly Entry[], more: readonly Entry[]): readonly Entry[] {
  const known = new Set(held.map(({ entry_id }) => entry_id));
  const fresh = more.filter(({ entry_id }) => !known.has(entry_id));
  if (fresh.length === 0) return held;
  return [...held, ...fresh].sort((a, b) => a.seq - b.seq);
}
