export type ToastTone = 'neutral' | 'success' | 'danger';

export interface Toast {
  id: number;
  tone: ToastTone;
  text: string;
  action?: { label: string; run: () => void };
}

const LIFE = { neutral: 5000, success: 4000, danger: 9000 };
const AT_ONCE = 3;

/** The short words at the edge of the page. An app makes one and shows it with <Toaster>. */
export class Toasts {
  shown = $state<Toast[]>([]);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(text: string, tone: ToastTone = 'neutral', action?: Toast['action']): number {
    const toast: Toast = { id: this.#next++, tone, text, ...(action ? { action } : {}) };
    for (const same of this.shown.filter((one) => one.text === text)) this.dismiss(same.id);
    this.shown = [...this.shown, toast].slice(-AT_ONCE);
    this.resume(toast.id);
    return toast.id;
  }

  success(text: string): number {
    return this.show(text, 'success');
  }

  failure(text: string, action?: Toast['action']): number {
    return this.show(text, 'danger', action);
  }

  dismiss(id: number): void {
    this.pause(id);
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }

  /** Somebody is reading it: it stays. */
  pause(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  resume(id: number): void {
    this.pause(id);
    const toast = this.shown.find((one) => one.id === id);
    if (toast)
      this.#timers.set(
        id,
        setTimeout(() => this.dismiss(id), LIFE[toast.tone]),
      );
  }
}
