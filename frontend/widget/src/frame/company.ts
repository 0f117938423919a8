/** Who the visitor is talking to at this moment, as the head of the thread says it. */

import type { ConversationState } from '@alongside/sdk';
import type { Cast } from './rows';
import type { Texts } from './texts';

export interface Company {
  kind: 'concierge' | 'agent' | 'queue';
  id: string | null;
  name: string;
  status: string;
  /** Looks at the conversation now. */
  here: boolean;
}

export function companyOf({ summary, presence }: ConversationState, cast: Cast, words: Texts): Company {
  const status = summary?.status === 'closed' ? words.t('status_closed') : null;
  if (summary?.held_by === 'agent' && summary.assignee) {
    const { agent_id, name } = summary.assignee;
    const here = presence.some(({ kind, id }) => kind === 'agent' && id === agent_id);
    return {
      kind: 'agent',
      id: agent_id,
      name,
      here,
      status: status ?? words.t(here ? 'status_agent' : 'status_agent_away'),
    };
  }
  if (summary?.held_by === 'queue') {
    return {
      kind: 'queue',
      id: null,
      name: cast.team,
      here: false,
      status: status ?? words.t('status_queue'),
    };
  }
  return {
    kind: 'concierge',
    id: null,
    name: cast.concierge,
    here: false,
    status: status ?? words.t('status_concierge'),
  };
}
