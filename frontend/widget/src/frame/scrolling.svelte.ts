/** Keeps a thread at its end while one is there, and what one reads in its place when earlier entries come in above. */

/** Room above what is shown from its start, for its author's name. */
const MARGIN = 32;

export class Scrolling {
  atEnd = $state(true);
  #scroller: HTMLElement | null = null;
  #height = 0;
  #top = 0;
  #last = 0;

  /** For `{@attach}`: the element that scrolls; its only child is what grows. */
  readonly attach = (scroller: HTMLElement): (() => void) => {
    this.#scroller = scroller;
    const follow = new ResizeObserver(() => this.atEnd && this.#follow());
    follow.observe(scroller);
    if (scroller.firstElementChild) follow.observe(scroller.firstElementChild);
    this.#follow();
    return () => follow.disconnect();
  };

  /** Only who scrolls up leaves the end; that the end moves away is for us to follow. */
  readonly scrolled = (): void => {
    if (!this.#scroller) return;
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    if (scrollHeight - scrollTop - clientHeight < 48) this.atEnd = true;
    else if (scrollTop < this.#last) this.atEnd = false;
    this.#last = scrollTop;
  };

  /**
   * Goes to the end, but no further than to the beginning of what others said last: a long answer is read from its
   * start. Never goes back.
   */
  #follow(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    const last = [...scroller.querySelectorAll('[role=log] > [data-others]:last-child .item')].at(-1);
    const beginning = last
      ? last.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop - MARGIN
      : Infinity;
    const end = scroller.scrollHeight - scroller.clientHeight;
    scroller.scrollTop = Math.max(scroller.scrollTop, Math.min(end, beginning));
    this.atEnd = true;
  }

  get nearTop(): boolean {
    return (this.#scroller?.scrollTop ?? 0) < 240;
  }

  toEnd(): void {
    if (this.#scroller) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.atEnd = true;
  }

  /** Before earlier entries are put in … */
  hold(): void {
    if (!this.#scroller) return;
    this.#height = this.#scroller.scrollHeight;
    this.#top = this.#scroller.scrollTop;
  }

  /** … and after. */
  restore(): void {
    if (this.#scroller) this.#scroller.scrollTop = this.#top + this.#scroller.scrollHeight - this.#height;
  }
}
