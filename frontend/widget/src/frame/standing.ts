/** How far the visitor's own words have come, and which quick replies are on offer. */

import { isKind, type Choice, type ConversationState, type ThreadItem } from '@alongside/sdk';
import type { Texts } from './texts';

/** For the last own message: waiting, sending, sent or seen; null when somebody has answered since. */
export function standingOf({ items, participants }: ConversationState, words: Texts): string | null {
  const last = items.findLast((item) => isKind(item, 'message'));
  if (!last || last.author.kind !== 'person') return null;
  if (last.delivery === 'failed') return null;
  if (last.delivery !== 'sent') return words.t(last.delivery);
  const readUpto = Math.max(
    0,
    ...participants.filter(({ kind }) => kind === 'agent').map(({ read_seq }) => read_seq),
  );
  return words.t(last.seq !== null && readUpto >= last.seq ? 'seen' : 'sent');
}

/** The quick replies of the newest message, until the visitor has said something. */
export function offeredChoices(items: readonly ThreadItem[]): readonly Choice[] {
  const last = items.findLast((item) => isKind(item, 'message'));
  return last && isKind(last, 'message') && last.author.kind !== 'person' ? (last.body.choices ?? []) : [];
}
