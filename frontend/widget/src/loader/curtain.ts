/** What lies over the panel until the frame listens: that it is being opened, or that it cannot be reached. */

import type { Say } from './texts';

const APPEARS_WITHIN_MS = 10_000;

export class Curtain {
  readonly element = document.createElement('div');
  readonly #says = document.createElement('p');
  readonly #retry: HTMLButtonElement;
  readonly #close: HTMLButtonElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly say: Say,
    onretry: () => void,
    onclose: () => void,
  ) {
    this.#retry = button('retry', onretry);
    this.#close = button('close', onclose);
    this.#close.textContent = '×';
    this.#says.setAttribute('role', 'status');
    this.element.className = 'curtain';
    this.element.append(this.#close, this.#says, this.#retry);
  }

  /** The frame has begun to load, and has some seconds to say that it listens. */
  lower(): void {
    this.#show('waiting', false);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show('unreachable', true), APPEARS_WITHIN_MS);
  }

  lift(): void {
    clearTimeout(this.#timer);
    this.element.remove();
  }

  #show(text: 'waiting' | 'unreachable', failed: boolean): void {
    this.element.toggleAttribute('data-failed', failed);
    this.#says.textContent = this.say(text);
    this.#retry.textContent = this.say('retry');
    this.#retry.hidden = !failed;
    this.#close.setAttribute('aria-label', this.say('close'));
  }
}

function button(className: string, onclick: () => void): HTMLButtonElement {
  return Object.assign(document.createElement('button'), { type: 'button', className, onclick });
}
