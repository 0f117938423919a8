/** The frames of `alongside.v1`, both ways. The protocol is written down in docs/protocol. */

import type {
  ActorKind,
  Entry,
  FileReference,
  Page,
  Participant,
  Role,
  Summary,
  TeamMember,
  Timestamp,
  Uuid,
} from './words';

export const PROTOCOL = 1;
export const SUBPROTOCOL = 'alongside.v1';

export type ErrorCode =
  | 'malformed'
  | 'unknown_type'
  | 'too_large'
  | 'unsupported_protocol'
  | 'hello_expected'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'invalid'
  | 'conflict'
  | 'already_taken'
  | 'closed'
  | 'gone'
  | 'too_many'
  | 'too_slow'
  | 'silent'
  | 'changed'
  | 'restarting'
  | 'unavailable'
  | 'internal';

export type ClientFrame =
  | { type: 'hello'; protocol: number; token?: string; client: string }
  | { type: 'subscribe'; id: string; topic: string; after: number | null }
  | { type: 'unsubscribe'; id: string; topic: string }
  | { type: 'command'; id: string; name: string; data: unknown }
  | { type: 'ping' };

export interface You {
  kind: ActorKind;
  id: Uuid;
  name: string | null;
  /** Agents only. */
  role?: Role | null;
}

/** What this connection may ask for, before it is told off. */
export interface Allowances {
  frame_bytes: number;
  subscriptions: number;
  commands_per_second: number;
  command_burst: number;
  typing_seconds: number;
}

export interface Welcome {
  type: 'welcome';
  protocol: number;
  you: You;
  workspace: { id: Uuid; slug: string; name: string };
  heartbeat_seconds: number;
  limits: Allowances;
  now: Timestamp;
}

export interface Subscribed {
  type: 'subscribed';
  id: string;
  topic: string;
  state: unknown;
  after: number;
  upto: number;
  entries: Entry[];
}

/** Covers the sequence range (after, upto]; entries for other eyes are left out, so only the range proves that nothing is missing. */
export interface Entries {
  type: 'entries';
  topic: string;
  after: number;
  upto: number;
  entries: Entry[];
}

export interface TopicEvent {
  type: 'event';
  topic: string;
  name: string;
  data: unknown;
}

export interface ErrorFrame {
  type: 'error';
  id: string | null;
  code: ErrorCode;
  message: string;
  hint: string;
  retry_after?: number;
  fields?: Record<string, string>;
}

export interface Revoked {
  type: 'revoked';
  topic: string;
  code: ErrorCode;
  message: string;
}

/** The server is about to close. With `retry_after` the client should come back; without, it should not. */
export interface Bye {
  type: 'bye';
  code: ErrorCode;
  message: string;
  hint: string;
  retry_after?: number;
}

export type ServerFrame =
  | Welcome
  | Subscribed
  | { type: 'unsubscribed'; id: string }
  | Entries
  | TopicEvent
  | { type: 'done'; id: string; data: unknown }
  | ErrorFrame
  | Revoked
  | { type: 'pong' }
  | Bye;

export interface Who {
  kind: ActorKind;
  id: Uuid;
}

/** Events of `conversation:<uuid>`. */
export interface ConversationEvents {
  typing: { who: Who; on: boolean };
  read: { who: Who; seq: number };
  presence: { who: Who; here: boolean };
  summary: Summary;
  page: Page;
}

/** State of `conversation:<uuid>`, as a subscription gives it. */
export interface ConversationSnapshot {
  summary: Summary;
  participants: Participant[];
  presence: Who[];
}

export interface Counts {
  mine: number;
  unassigned: number;
  all: number;
  [view: string]: number;
}

export type TeamSnapshot = TeamMember[];

/** What each command takes. Those that make an entry carry an id of the client's making, so that a retry is harmless. */
export interface CommandData {
  start: { conversation_id: Uuid; page?: Page; text?: string; entry_id?: Uuid };
  send: { conversation_id: Uuid; entry_id: Uuid; text: string; files?: Uuid[]; choice?: string };
  ask_human: { conversation_id: Uuid; entry_id: Uuid };
  note: { conversation_id: Uuid; entry_id: Uuid; text: string; files?: Uuid[] };
  accept: { conversation_id: Uuid; entry_id: Uuid };
  close: { conversation_id: Uuid; entry_id: Uuid };
  reopen: { conversation_id: Uuid; entry_id: Uuid };
  assign: { conversation_id: Uuid; entry_id: Uuid; agent_id: Uuid | null };
  typing: { conversation_id: Uuid; on: boolean };
  read: { conversation_id: Uuid; seq: number };
  page: Page;
}

export type CommandName = keyof CommandData;

export interface Appended {
  seq: number;
  at: Timestamp;
  duplicate: boolean;
}

export interface CommandResults {
  start: { conversation_id?: Uuid };
  send: Appended;
  note: Appended;
  ask_human: Partial<Appended>;
  accept: Partial<Appended>;
  close: Partial<Appended>;
  reopen: Partial<Appended>;
  assign: Partial<Appended>;
  typing: unknown;
  read: unknown;
  page: unknown;
}

export type { FileReference };
