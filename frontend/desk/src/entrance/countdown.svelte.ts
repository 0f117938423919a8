/** Seconds until something may be tried again, counted down where one can see it. */
export class Countdown {
  seconds = $state(0);
  #timer: ReturnType<typeof setInterval> | undefined;

  start(seconds: number): void {
    const until = Date.now() + Math.ceil(seconds) * 1000;
    clearInterval(this.#timer);
    const tick = (): void => {
      this.seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      if (this.seconds === 0) clearInterval(this.#timer);
    };
    this.#timer = setInterval(tick, 250);
    tick();
  }
}
