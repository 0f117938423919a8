/** One line for what happened in a conversation. A kind that we do not know is not shown. */

import { isKind, type Author, type ThreadItem, type Uuid } from '@alongside/sdk';
import type { Speech } from '../text/speech.svelte';

export interface Tellers {
  t: Speech['t'];
  me: Uuid;
  name: (author: Author) => string;
}

export function eventWords(item: ThreadItem, { t, me, name }: Tellers): string | null {
  const mine = item.author.kind === 'agent' && item.author.id === me;
  const who = { name: name(item.author) };
  if (isKind(item, 'started')) return item.body.page ? t('event.started_on') : t('event.started');
  if (isKind(item, 'joined'))
    return mine ? t('event.joined_me') : t('event.joined', { name: item.body.name });
  if (isKind(item, 'left')) return mine ? t('event.left_me') : t('event.left', { name: item.body.name });
  if (isKind(item, 'handed_over')) return handedOver(item.body.to, item.body.reason, t);
  if (isKind(item, 'assigned')) return assigned(item.body, me, item.author, who.name, t);
  if (isKind(item, 'closed')) return mine ? t('event.closed_me') : t('event.closed', who);
  if (isKind(item, 'reopened')) return mine ? t('event.reopened_me') : t('event.reopened', who);
  if (isKind(item, 'identified')) return t('event.identified', { name: item.body.name });
  return null;
}

function handedOver(to: 'queue' | 'concierge', reason: string, t: Speech['t']): string {
  if (to === 'concierge') return t('event.handed_concierge');
  if (reason === 'asked') return t('event.handed_asked');
  if (reason === 'unsure') return t('event.handed_unsure');
  return t('event.handed');
}

function assigned(
  body: { agent_id: Uuid | null; name: string | null },
  me: Uuid,
  author: Author,
  by: string,
  t: Speech['t'],
): string {
  const byMe = author.kind === 'agent' && author.id === me;
  if (body.agent_id === null) return byMe ? t('event.queued_me') : t('event.queued', { by });
  if (body.agent_id === me) return byMe ? t('event.assigned_self') : t('event.assigned_me', { by });
  if (body.agent_id === author.id) return t('event.took', { name: by });
  const name = body.name ?? t('agent');
  return byMe ? t('event.assigned_by_me', { name }) : t('event.assigned', { by, name });
}
