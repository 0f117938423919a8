/** Who the visitor is talking to at this moment, as the head of the thread and the list say it. */

import type { Summary } from '@alongside/sdk';
import type { Cast } from './rows';
import type { Texts } from './texts';

export interface Company {
  kind: 'concierge' | 'agent';
  id: string | null;
  name: string;
  /** Whose initials the picture shows. */
  face: string;
  status: string;
}

export function companyOf(summary: Summary | null, cast: Cast, words: Texts): Company {
  const closed = summary?.status === 'closed' ? words.t('status_closed') : null;
  if (summary?.held_by === 'agent' && summary.assignee) {
    const { agent_id, name } = summary.assignee;
    return { kind: 'agent', id: agent_id, name, face: name, status: closed ?? cast.team };
  }
  if (summary?.held_by === 'queue') {
    return {
      kind: 'agent',
      id: null,
      name: cast.team,
      face: cast.workspace,
      status: closed ?? words.t('status_queue'),
    };
  }
  return {
    kind: 'concierge',
    id: null,
    name: cast.concierge,
    face: cast.concierge,
    status: closed ?? words.t('status_concierge'),
  };
}
