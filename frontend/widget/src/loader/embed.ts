/** The widget as the page holds it: launcher, frame when wanted, and `window.Alongside`. */

import { isColour } from '../embed/colour';
import type { FrameMessage, SeenPage } from '../embed/messages';
import { Curtain } from './curtain';
import { Emitter, type Listener } from './emitter';
import { Identity, type Proof } from './identity';
import { keeping, type Kept } from './keeping';
import { Link } from './link';
import { type Changeable, type Options } from './options';
import { Shell } from './shell';
import { saying, type Say } from './texts';
import { extended, onNavigation, pageNow, shortened } from './trail';

const FORGET_WITHIN_MS = 5_000;

export class Embed {
  readonly #shell = new Shell();
  readonly #say: Say;
  readonly #curtain: Curtain;
  readonly #kept: Kept;
  readonly #emitter = new Emitter();
  readonly #identity = new Identity();
  #link: Link | null = null;
  #trail: SeenPage[];
  #unread = 0;
  #company = location.hostname;
  /** The visitor opened it, so the focus is to go into it. */
  #wanted = false;

  constructor(private readonly options: Options) {
    this.#kept = keeping(options.workspace);
    this.#trail = extended(this.#kept.trail(), pageNow());
    this.#say = saying(() => this.#wish());
    this.#curtain = new Curtain(
      this.#say,
      () => this.#again(),
      () => this.close(),
    );
    this.#arrange();
    this.#listen();
  }

  /**
   * Puts the launcher into the page. A device that is known connects at once, to count what is unread; a panel that
   * was open on the page before opens again, and leaves the focus where it is.
   */
  mount(): void {
    document.body.append(this.#shell.host);
    if (this.#kept.token()) this.#prepare();
    if (this.#kept.open() && !this.#shell.full) this.#reveal();
  }

  open(): void {
    if (this.#shell.open) return;
    this.#reveal();
    this.#wanted = true;
    this.#link?.frame.focus();
    this.#link?.tell({ type: 'opened', focus: true });
  }

  close(): void {
    if (!this.#shell.open) return;
    this.#shell.show(false);
    this.#wanted = false;
    this.#kept.keepOpen(false);
    this.#relabel();
    this.#link?.tell({ type: 'closed' });
    this.#shell.button.focus();
    this.#emitter.emit('closed');
  }

  toggle(): void {
    if (this.#shell.open) this.close();
    else this.open();
  }

  /** Says who the visitor is. Used when the widget is used: settles when the server has agreed or refused. */
  identify(proof: Proof): Promise<void> {
    const settled = this.#identity.claim(proof);
    if (this.#link?.greeted) void this.#identity.prove(this.#link);
    return settled;
  }

  /** Forgets the visitor on this device: token, drafts and trail; an open widget closes. */
  async forget(): Promise<void> {
    this.#identity.drop('Forgotten.');
    if (this.#kept.token()) this.#prepare();
    this.#kept.forget();
    if (this.#link) {
      const forgotten = this.#link.request((id) => ({ type: 'forget', id })).catch(() => {});
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
    this.#link.tell({ type: 'page', page: seen });
  }

  /** Events: opened, closed, unread {count}, started, sent, received, identified, forgotten. Returns how to stop. */
  on(name: string, listener: Listener): () => void {
    return this.#emitter.on(name, listener);
  }

  set(changes: Changeable): void {
    Object.assign(this.options, changes);
    this.#arrange();
    if (changes.locale) this.#link?.tell({ type: 'locale', locale: changes.locale });
  }

  #listen(): void {
    const { button, host } = this.#shell;
    button.addEventListener('pointerdown', () => this.#prepare());
    button.addEventListener('click', () => this.toggle());
    host.addEventListener('keydown', (event) => event.key === 'Escape' && this.close());
    this.#shell.onLayout = () => {
      const { full, insets } = this.#shell;
      this.#link?.tell({ type: 'layout', full, insets });
    };
    this.#kept.onToken((token) => this.#link?.tell({ type: 'token', token }));
    onNavigation(() => this.track());
  }

  #reveal(): void {
    this.#prepare();
    this.#shell.show(true);
    this.#kept.keepOpen(true);
    this.#relabel();
    this.#emitter.emit('opened');
  }

  #prepare(): void {
    if (this.#link) return;
    const token = this.#kept.token();
    const { server, workspace } = this.options;
    const title = this.#say('frame', { name: this.#company });
    const link = new Link(server, workspace, title, (message) => this.#received(link, message, token));
    this.#link = link;
    this.#kept.keepTrail(this.#trail);
    this.#shell.panel.append(link.frame, this.#curtain.element);
    this.#curtain.lower();
  }

  #received(link: Link, message: FrameMessage, token: string | null): void {
    switch (message.type) {
      case 'ready':
        return this.#greet(link, token);
      case 'token':
        return this.#keep(link, message.token, message.before);
      case 'close':
        return this.close();
      case 'unread':
        return this.#count(message.count);
      case 'look':
        return this.#look(message.colour, message.name);
      case 'event':
        return this.#emitter.emit(message.name, message.data);
    }
  }

  #greet(link: Link, given: string | null): void {
    const { open, full, insets } = this.#shell;
    const token = this.#kept.token() ?? given;
    const focus = this.#wanted;
    link.greet({ type: 'hello', token, locale: this.#wish(), open, focus, full, insets, trail: this.#trail });
    this.#curtain.lift();
    if (focus) link.frame.focus();
    void this.#identity.prove(link);
  }

  /** A token that another tab has got meanwhile is better than none. */
  #keep(link: Link, token: string | null, before: string | null): void {
    const kept = this.#kept.token();
    if (!token && kept && kept !== before) link.tell({ type: 'token', token: kept });
    else this.#kept.keepToken(token);
  }

  /** The frame did not come: a new one, perhaps in better times. */
  #again(): void {
    this.#link?.cut();
    this.#link = null;
    this.#prepare();
  }

  #gone(): void {
    this.close();
    this.#link?.cut();
    this.#link = null;
    this.#curtain.lift();
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
    this.#company = name;
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

  #wish(): string | null {
    return this.options.locale || document.documentElement.lang || null;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
