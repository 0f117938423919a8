/** Who the visitor is talking to at this moment, as the head of the thread says it. */

import type { ConversationState } from '@alongside/sdk';
import type { Cast } from './rows';
import type { Texts } from './texts';

export interface Company {
  kind: 'concierge' | 'agent' | 'queue';
  id: string | null;
  name: string;
  status: string;
}

export function companyOf({ summary }: ConversationState, cast: Cast, words: Texts): Company {
  const closed = summary?.status === 'closed' ? words.t('status_closed') : null;
  if (summary?.held_by === 'agent' && summary.assignee) {
    const { agent_id, name } = summary.assignee;
    return { kind: 'agent', id: agent_id, name, status: closed ?? cast.team };
  }
  if (summary?.held_by === 'queue') {
    return { kind: 'queue', id: null, name: cast.team, status: closed ?? words.t('status_queue') };
  }
  return { kind: 'concierge', id: null, name: cast.concierge, status: closed ?? words.t('status_concierge') };
}
