/** Where the desk is, kept in step with the browser's address and history. */

import { hrefOf, readRoute, type Route } from './route';

export class Router {
  route = $state.raw<Route>({ page: 'unknown' });
  #stop: (() => void) | null = null;

  /** Reads the address, and follows back, forward and clicks on links of ours. */
  start(): void {
    this.#read();
    const read = (): void => this.#read();
    const click = (event: MouseEvent): void => this.#clicked(event);
    window.addEventListener('popstate', read);
    document.addEventListener('click', click);
    this.#stop = () => {
      window.removeEventListener('popstate', read);
      document.removeEventListener('click', click);
    };
  }

  stop(): void {
    this.#stop?.();
  }

  go(to: Route | string, { replace = false }: { replace?: boolean } = {}): void {
    const href = typeof to === 'string' ? to : hrefOf(to);
    if (href !== location.pathname + location.search)
      history[replace ? 'replaceState' : 'pushState'](null, '', href);
    this.#read();
  }

  #read(): void {
    this.route = readRoute(location.pathname, location.search);
  }

  #clicked(event: MouseEvent): void {
    const link = (event.target as Element | null)?.closest?.('a');
    if (!link || !plain(event) || link.target || link.hasAttribute('download')) return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin || !/^\/(desk|setup)(\/|$)/.test(url.pathname)) return;
    if (url.hash) return;
    event.preventDefault();
    this.go(url.pathname + url.search);
  }
}

function plain(event: MouseEvent): boolean {
  const changed = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  return event.button === 0 && !changed && !event.defaultPrevented;
}
