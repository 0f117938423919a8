/** The widget as the page holds it: launcher, frame when wanted, and `window.Alongside`. */

import { chooseLocale } from '@alongside/shared/i18n/locale.ts';
import { format, type Values } from '@alongside/shared/i18n/message.ts';
import type { FrameMessage, HostMessage, SeenPage } from '../embed/messages';
import { Emitter, type Listener } from './emitter';
import { isColour } from '../embed/colour';
import { keeping, type Kept } from './keeping';
import { Link } from './link';
import de from './messages/de.json';
import en from './messages/en.json';
import { type Changeable, type Options } from './options';
import { Shell } from './shell';
import { extended, onNavigation, pageNow, shortened } from './trail';

/** A JWT that says who the visitor is, or a function that gets one when it is needed. */
export type Proof = string | (() => string | Promise<string>);

interface Waiting {
  resolve(): void;
  reject(problem: Error): void;
}

const CATALOGUES = { en, de };
const FORGET_WITHIN_MS = 5_000;

export class Embed {
  readonly #shell = new Shell();
  readonly #kept: Kept;
  readonly #emitter = new Emitter();
  readonly #waiting = new Map<number, Waiting>();
  #link: Link | null = null;
  /** Messages for a frame that is not ready yet; null once it is. */
  #queue: HostMessage[] | null = [];
  #token: string | null = null;
  #focusing = false;
  #trail: SeenPage[] = [];
  #unread = 0;
  #requests = 0;
  #proof: { proof: Proof; waiting: Waiting } | null = null;
  #title = '';

  constructor(private readonly options: Options) {
    this.#kept = keeping(options.workspace);
    this.#trail = extended(this.#kept.trail(), pageNow());
    this.#arrange();
    this.#shell.onLayout = () => this.#tellLayout();
    this.#shell.button.addEventListener('pointerdown', () => this.#prepare());
    this.#shell.button.addEventListener('click', () => this.toggle());
    this.#shell.host.addEventListener('keydown', (event) => event.key === 'Escape' && this.close());
    onNavigation(() => this.track());
    this.#kept.onToken((token) => this.#tell({ type: 'token', token }));
  }

  /** Puts the launcher into the page; a device that is known connects at once, to count what is unread. */
  mount(): void {
    document.body.append(this.#shell.host);
    if (this.#kept.token()) this.#prepare();
    if (this.#kept.open() && !this.#shell.full) this.#reveal();
  }

  open(): void {
    if (this.#shell.open) return;
    this.#reveal();
    this.#link?.frame.focus();
    this.#focusing = true;
    this.#tell({ type: 'opened', focus: true });
  }

  close(): void {
    if (!this.#shell.open) return;
    this.#shell.show(false);
    this.#kept.keepOpen(false);
    this.#relabel();
    this.#tell({ type: 'closed' });
    this.#shell.button.focus();
    this.#emitter.emit('closed');
  }

  toggle(): void {
    if (this.#shell.open) this.close();
    else this.open();
  }

  /** Says who the visitor is. Used when the widget is used: settles when the server has agreed or refused. */
  identify(proof: Proof): Promise<void> {
    this.#proof?.waiting.reject(problem('aborted', 'Another identity was given.'));
    const settled = new Promise<void>((resolve, reject) => {
      this.#proof = { proof, waiting: { resolve, reject } };
    });
    settled.catch(() => {});
    if (!this.#queue) void this.#prove();
    return settled;
  }

  /** Forgets the visitor on this device: token, drafts and trail; an open widget closes. */
  async forget(): Promise<void> {
    this.#proof?.waiting.reject(problem('aborted', 'Forgotten.'));
    this.#proof = null;
    this.#token ??= this.#kept.token();
    this.#kept.forget();
    if (this.#token) this.#prepare();
    if (this.#link) {
      const forgotten = this.#request((id) => ({ type: 'forget', id })).catch(() => {});
      await Promise.race([forgotten, pause(FORGET_WITHIN_MS)]);
    }
    this.#gone();
    this.#emitter.emit('forgotten');
  }

  /** Reports a page; without one, the page as it is now. Happens by itself after a load or a change of address. */
  track(page?: SeenPage): void {
    const seen = page ? shortened(page) : pageNow();
    const last = this.#trail[this.#trail.length - 1];
    if (last?.url === seen.url && last.title === seen.title) return;
    this.#trail = extended(this.#trail, seen);
    if (!this.#link) return;
    this.#kept.keepTrail(this.#trail);
    this.#tell({ type: 'page', page: seen });
  }

  /** Events: opened, closed, unread {count}, started, sent, received, identified, forgotten. Returns how to stop. */
  on(name: string, listener: Listener): () => void {
    return this.#emitter.on(name, listener);
  }

  set(changes: Changeable): void {
    Object.assign(this.options, changes);
    this.#arrange();
    if (changes.locale) this.#tell({ type: 'locale', locale: changes.locale });
  }

  /** Shows the panel; a page that loads anew shows it as it was, and leaves the focus where the page has it. */
  #reveal(): void {
    this.#prepare();
    this.#shell.show(true);
    this.#kept.keepOpen(true);
    this.#relabel();
    this.#emitter.emit('opened');
  }

  #prepare(): void {
    if (this.#link) return;
    const { server, workspace } = this.options;
    this.#link = new Link(
      server,
      workspace,
      this.#say('frame', { name: this.#title || location.hostname }),
      (message) => this.#received(message),
    );
    this.#kept.keepTrail(this.#trail);
    this.#shell.panel.append(this.#link.frame);
  }

  #received(message: FrameMessage): void {
    switch (message.type) {
      case 'ready':
        return this.#greet();
      case 'token':
        return this.#keep(message.token, message.before);
      case 'close':
        return this.close();
      case 'unread':
        return this.#count(message.count);
      case 'look':
        return this.#look(message.colour, message.name);
      case 'answer':
        return this.#answered(message.id, message.problem);
      case 'event':
        return this.#emitter.emit(message.name, message.data);
    }
  }

  /** A token that another tab has got meanwhile is better than none. */
  #keep(token: string | null, before: string | null): void {
    const kept = this.#kept.token();
    if (!token && kept && kept !== before) return this.#tell({ type: 'token', token: kept });
    this.#token = token;
    this.#kept.keepToken(token);
  }

  #greet(): void {
    const { open, full, insets } = this.#shell;
    const token = this.#kept.token() ?? this.#token;
    const focus = this.#focusing;
    this.#link?.send({
      type: 'hello',
      token,
      locale: this.#wish(),
      open,
      focus,
      full,
      insets,
      trail: this.#trail,
    });
    const queued = this.#queue ?? [];
    this.#queue = null;
    for (const message of queued) this.#link?.send(message);
    if (focus) this.#link?.frame.focus();
    void this.#prove();
  }

  async #prove(): Promise<void> {
    const given = this.#proof;
    if (!given) return;
    this.#proof = null;
    try {
      const jwt = typeof given.proof === 'string' ? given.proof : await given.proof();
      await this.#request((id) => ({ type: 'identify', id, jwt }));
      given.waiting.resolve();
    } catch (thrown) {
      given.waiting.reject(thrown as Error);
    }
  }

  #request(message: (id: number) => HostMessage): Promise<void> {
    const id = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post(message(id));
    });
  }

  /** Says it to the frame, as soon as there is one that listens. */
  #post(message: HostMessage): void {
    if (this.#queue) this.#queue.push(message);
    else this.#link?.send(message);
  }

  /** Says it if the frame listens; if not, `hello` will say the same. */
  #tell(message: HostMessage): void {
    if (!this.#queue) this.#link?.send(message);
  }

  #answered(id: number, wrong: { code: string; message: string } | null): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (wrong) waiting?.reject(problem(wrong.code, wrong.message));
    else waiting?.resolve();
  }

  #gone(): void {
    this.close();
    this.#link?.cut();
    this.#link = null;
    this.#queue = [];
    this.#token = null;
    this.#waiting.clear();
    this.#kept.forget();
    this.#trail = [pageNow()];
    this.#count(0);
  }

  #count(unread: number): void {
    if (unread !== this.#unread) this.#emitter.emit('unread', { count: unread });
    this.#unread = unread;
    this.#shell.unread(unread);
    this.#relabel();
  }

  #look(colour: string, name: string): void {
    if (!isColour(colour)) return;
    this.#kept.keepColour(colour);
    this.#title = name;
    this.set({ colour });
    if (this.#link) this.#link.frame.title = this.#say('frame', { name });
  }

  #arrange(): void {
    const { colour, side, launcher } = this.options;
    this.#shell.colour(colour);
    this.#shell.side(side);
    this.#shell.launcher(launcher);
    this.#relabel();
  }

  #relabel(): void {
    const closed = this.#unread ? this.#say('open_unread', { count: this.#unread }) : this.#say('open');
    this.#shell.name(this.#shell.open ? this.#say('close') : closed);
  }

  #tellLayout(): void {
    const { full, insets } = this.#shell;
    this.#tell({ type: 'layout', full, insets });
  }

  #say(key: keyof typeof en, values?: Values): string {
    const locale = chooseLocale([this.#wish(), ...navigator.languages], ['en', 'de']);
    return format(CATALOGUES[locale][key], locale, values);
  }

  #wish(): string | null {
    return this.options.locale || document.documentElement.lang || null;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function problem(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
