/** The words of a conversation, as the server says them. Field names are the protocol's own. */

export type Uuid = string;
/** RFC 3339 with microseconds, UTC. */
export type Timestamp = string;

export type ActorKind = 'person' | 'agent' | 'concierge' | 'system';

export interface Author {
  kind: ActorKind;
  id: Uuid | null;
}

export interface FileReference {
  file_id: Uuid;
  name: string;
  media_type: string;
  size: number;
}

export interface Choice {
  id: string;
  label: string;
}

export interface Page {
  url: string;
  title: string;
  at?: Timestamp;
}

export interface HandoffPacket {
  summary: string;
  last_question?: string;
  intent?: string | null;
  confidence?: number | null;
  pages?: Page[];
  reason?: string;
}

/** What each kind of entry carries. A kind that is not listed here may still arrive: show nothing or a plain line. */
export interface EntryBodies {
  message: {
    text: string;
    files?: FileReference[];
    choices?: Choice[];
    choice?: string;
    source?: { title: string; url: string | null };
  };
  note: { text: string; files?: FileReference[] };
  started: { page?: Page };
  joined: { name: string };
  left: { name: string };
  handed_over: { to: 'queue' | 'concierge'; reason: string };
  handoff_packet: HandoffPacket;
  assigned: { agent_id: Uuid | null; name: string | null; by: Author };
  closed: Record<string, never>;
  reopened: Record<string, never>;
  identified: { name: string };
}

export type EntryKind = keyof EntryBodies;

export interface Entry {
  seq: number;
  entry_id: Uuid;
  kind: EntryKind | (string & {});
  audience: 'everyone' | 'team';
  author: Author;
  at: Timestamp;
  body: Record<string, unknown>;
}

export type EntryOf<K extends EntryKind> = Omit<Entry, 'kind' | 'body'> & { kind: K; body: EntryBodies[K] };

/** Narrows an entry to one kind, with its body typed. */
export function isKind<E extends { kind: string }, K extends EntryKind>(
  entry: E,
  kind: K,
): entry is E & { kind: K; body: EntryBodies[K] } {
  return entry.kind === kind;
}

export type ConversationStatus = 'open' | 'snoozed' | 'closed';
export type HeldBy = 'concierge' | 'queue' | 'agent';

export interface Summary {
  conversation_id: Uuid;
  person: { person_id: Uuid; name: string | null; verified: boolean };
  inbox_id: Uuid;
  channel: string;
  status: ConversationStatus;
  held_by: HeldBy;
  assignee: { agent_id: Uuid; name: string } | null;
  last_seq: number;
  last_entry_at: Timestamp;
  preview: string;
  preview_author: ActorKind;
  waiting_since: Timestamp | null;
  created_at: Timestamp;
  closed_at: Timestamp | null;
  unread: number;
}

export interface Participant {
  kind: ActorKind;
  id: Uuid;
  name: string | null;
  read_seq: number;
}

export interface TeamMember {
  agent_id: Uuid;
  name: string;
  role: Role;
  online: boolean;
}

export type Role = 'administrator' | 'supervisor' | 'agent' | 'specialist' | 'viewer';
