/**
 * The script a customer's site loads: `<script src="…/widget/loader.js" data-workspace="…" async></script>`.
 * It shows the launcher, and nothing else happens until somebody wants the widget.
 */

import { Embed } from './loader/embed';
import { keeping } from './loader/keeping';
import { optionsOf } from './loader/options';

type Call = [method: string, ...given: unknown[]];
type Alongside = Record<string, unknown> & { push: (...calls: Call[]) => void };

const METHODS = ['open', 'close', 'toggle', 'identify', 'forget', 'track', 'on', 'set'] as const;

const script = document.currentScript;
const page = window as unknown as { Alongside?: Call[] | Alongside };

if (script instanceof HTMLScriptElement && !(page.Alongside && 'open' in page.Alongside)) {
  const workspace = script.dataset['workspace'] ?? '';
  const embed = new Embed(optionsOf(script, keeping(workspace).colour()));
  publish(embed, (page.Alongside as Call[] | undefined) ?? []);
  if (document.body) embed.mount();
  else addEventListener('DOMContentLoaded', () => embed.mount());
}

/** Calls that the page queued before we came (`(window.Alongside ??= []).push(['open'])`) are made now, in order. */
function publish(embed: Embed, queued: Call[]): void {
  const methods = Object.fromEntries(
    METHODS.map((name) => [name, (embed[name] as (...given: unknown[]) => unknown).bind(embed)]),
  );
  const push = (...calls: Call[]): void => {
    for (const [method, ...given] of calls) methods[method]?.(...given);
  };
  page.Alongside = { ...methods, push };
  push(...queued);
}
