/** What the embedding page says, and what the visit makes of it. */

import { Failure } from '@alongside/sdk';
import type { FrameMessage, HostMessage } from '../embed/messages';
import type { Visit } from './visit.svelte';

type Tell = (message: FrameMessage) => void;

export function hear(visit: Visit, message: HostMessage, tell: Tell): void {
  switch (message.type) {
    case 'hello':
      return greeted(visit, message);
    case 'opened':
      visit.open = true;
      visit.focuses = message.focus;
      return;
    case 'closed':
      visit.open = visit.focuses = false;
      return;
    case 'layout':
      visit.full = message.full;
      visit.insets = message.insets;
      return;
    case 'locale':
      visit.wish = message.locale;
      return;
    case 'page':
      return visit.saw(message.page);
    case 'token':
      return visit.otherTab(message.token);
    case 'identify':
      return void answer(message.id, visit.identify(message.jwt), tell);
    case 'forget':
      return void answer(message.id, visit.forget(), tell);
  }
}

function greeted(visit: Visit, hello: Extract<HostMessage, { type: 'hello' }>): void {
  visit.full = hello.full;
  visit.insets = hello.insets;
  visit.wish = hello.locale;
  visit.open = hello.open;
  visit.focuses = hello.focus;
  for (const page of hello.trail) visit.saw(page);
  void visit.begin(hello.token);
}

async function answer(id: number, work: Promise<void>, tell: Tell): Promise<void> {
  const problem = await work.then(
    () => null,
    (thrown: unknown) => {
      const { code, message } = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown));
      return { code, message };
    },
  );
  tell({ type: 'answer', id, problem });
}
