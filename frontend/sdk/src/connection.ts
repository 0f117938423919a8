/** One socket that comes back: hello, welcome, heartbeat, and tries with growing pauses until it is stopped. */

import { backoffSeconds } from './backoff';
import { Failure, failureOfFrame } from './errors';
import { PROTOCOL, SUBPROTOCOL, type ClientFrame, type ServerFrame, type Welcome } from './frames';
import { writable, type Readable } from './readable';

/** The part of a WebSocket that is used; tests script their own. */
export interface SocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
}

export type ConnectionState =
  | { phase: 'idle' }
  | { phase: 'connecting'; attempt: number }
  | { phase: 'open'; welcome: Welcome }
  /** `until` is in milliseconds of `Date.now()`. */
  | { phase: 'waiting'; attempt: number; until: number }
  /** Ended for good: signed out, forgotten, or too old a client. Nothing more is tried. */
  | { phase: 'refused'; failure: Failure };

export interface ConnectionOptions {
  url: string;
  clientName: string;
  /** The device's token; without it the browser's session cookie says who this is. */
  token: () => string | null;
  openSocket: (url: string, subprotocol: string) => SocketLike;
  random: () => number;
}

/** Codes after which trying again with the same credentials cannot help. */
const FINAL = new Set(['unauthenticated', 'forbidden', 'gone', 'unsupported_protocol']);
/** This server ends; another one is there already, or this one soon again. */
const MOVING = 'restarting';
const WELCOME_WITHIN_MS = 12_000;
const ANSWER_WITHIN_MS = 8_000;
/** A connection that lived this long was good: the pauses start small again. */
const STEADY_AFTER_MS = 10_000;

export class Connection {
  readonly #state = writable<ConnectionState>({ phase: 'idle' });
  readonly state: Readable<ConnectionState> = this.#state;
  /** Gets each frame after the welcome; the welcome itself comes through `state`. */
  onFrame: (frame: ServerFrame) => void = () => {};

  #socket: SocketLike | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #openedAt = Infinity;
  #retryAfter: number | undefined;

  constructor(private readonly options: ConnectionOptions) {}

  start(): void {
    const { phase } = this.#state.get();
    if (phase === 'idle' || phase === 'refused') this.#connect();
  }

  stop(): void {
    this.#drop();
    this.#attempt = 0;
    this.#state.set({ phase: 'idle' });
  }

  /** The network or the page came back: try now, or prove that the open socket still lives. */
  wake(): void {
    const { phase } = this.#state.get();
    if (phase === 'waiting') this.#connect();
    else if (phase === 'open') this.#probe();
  }

  /** The network is gone: an open socket is given up now, not when its silence has proven it dead. */
  sleep(): void {
    if (this.#state.get().phase === 'open') this.#lost();
  }

  /** Sends the frame if the socket is open and welcomed; says whether it did. */
  send(frame: ClientFrame): boolean {
    if (this.#state.get().phase !== 'open' || !this.#socket) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #connect(): void {
    this.#drop();
    this.#attempt += 1;
    this.#state.set({ phase: 'connecting', attempt: this.#attempt });
    const socket = this.options.openSocket(this.options.url, SUBPROTOCOL);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost(), WELCOME_WITHIN_MS);
    socket.onopen = () => socket === this.#socket && this.#greet(socket);
    socket.onmessage = ({ data }) => socket === this.#socket && this.#received(data);
    socket.onclose = () => socket === this.#socket && this.#lost();
    socket.onerror = () => {};
  }

  #greet(socket: SocketLike): void {
    const token = this.options.token();
    const hello: ClientFrame = { type: 'hello', protocol: PROTOCOL, client: this.options.clientName };
    socket.send(JSON.stringify(token ? { ...hello, token } : hello));
  }

  #received(data: unknown): void {
    const frame = parse(data);
    if (!frame) return;
    if (frame.type === 'welcome') return this.#welcomed(frame);
    this.#alive();
    if (frame.type === 'bye') return this.#dismissed(frame.code, frame.message, frame.retry_after);
    if (frame.type === 'error' && frame.id === null) {
      this.#retryAfter = frame.retry_after;
      if (FINAL.has(frame.code)) return this.#refused(failureOfFrame(frame));
    }
    this.onFrame(frame);
  }

  #welcomed(welcome: Welcome): void {
    this.#openedAt = Date.now();
    this.#retryAfter = undefined;
    clearTimeout(this.#timer);
    this.#state.set({ phase: 'open', welcome });
    this.#heartbeat = setInterval(() => this.#probe(), welcome.heartbeat_seconds * 1000);
  }

  /** Asks for a sign of life; anything heard is one, and silence is answered by a new socket. */
  #probe(): void {
    this.send({ type: 'ping' });
    this.#deadline ??= setTimeout(() => this.#lost(), ANSWER_WITHIN_MS);
  }

  #alive(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  #dismissed(code: string, message: string, retryAfter?: number): void {
    if (FINAL.has(code) || retryAfter === undefined) return this.#refused(new Failure(code, message));
    this.#retryAfter = retryAfter;
    this.#lost(code === MOVING);
  }

  #refused(failure: Failure): void {
    this.#drop();
    this.#state.set({ phase: 'refused', failure });
  }

  /** `moving`: the server has told everybody when to come back, so that no pause of our own is needed. */
  #lost(moving = false): void {
    if (moving || Date.now() - this.#openedAt > STEADY_AFTER_MS) this.#attempt = 0;
    this.#drop();
    const pause = moving ? 0 : backoffSeconds(Math.max(1, this.#attempt), this.options.random);
    const seconds = (this.#retryAfter ?? 0) + pause;
    this.#retryAfter = undefined;
    this.#timer = setTimeout(() => this.#connect(), seconds * 1000);
    this.#state.set({ phase: 'waiting', attempt: this.#attempt, until: Date.now() + seconds * 1000 });
  }

  #drop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#heartbeat);
    this.#alive();
    this.#openedAt = Infinity;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close(1000);
  }
}

function parse(data: unknown): ServerFrame | null {
  if (typeof data !== 'string') return null;
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === 'object' && frame !== null && 'type' in frame ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}
