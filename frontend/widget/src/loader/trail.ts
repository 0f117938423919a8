/** Which pages were seen in this tab: the last ten, without what looks like a secret in their addresses. */

import type { SeenPage } from '../embed/messages';

const MOST = 10;
const SECRET =
  /([?&#][^=&#]*(?:token|secret|passw|code|otp|auth|session|signature|api_?key)[^=&#]*=)[^&#]*/gi;

/** The page as it is reported: at most 2,000 characters of address, 300 of title. */
export function pageNow(): SeenPage {
  return shortened({ url: location.href, title: document.title });
}

export function shortened({ url, title }: SeenPage): SeenPage {
  return { url: url.replace(SECRET, '$1…').slice(0, 2000), title: title.slice(0, 300) };
}

/** The trail with one more page; a page that was last already only gets its new title. */
export function extended(trail: readonly SeenPage[], page: SeenPage): SeenPage[] {
  const before = trail.at(-1)?.url === page.url ? trail.slice(0, -1) : trail;
  return [...before, page].slice(-MOST);
}

/** Calls back after each change of the address without a load, when the page has had time to set its title. */
export function onNavigation(run: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(run, 250);
  };
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name].bind(history);
    history[name] = (...given: Parameters<History['pushState']>) => {
      original(...given);
      soon();
    };
  }
  addEventListener('popstate', soon);
  addEventListener('hashchange', soon);
}
