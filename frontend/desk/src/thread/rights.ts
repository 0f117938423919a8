/** What somebody may do in a conversation, so that nothing is offered that the server would refuse. */

import type { Participant, Role, Uuid } from '@alongside/sdk';

export interface Rights {
  /** Write to the customer. */
  write: boolean;
  note: boolean;
  /** Accept, assign, close and reopen. */
  lead: boolean;
}

const LEADING: readonly Role[] = ['administrator', 'supervisor', 'agent'];

export function rightsOf(role: Role, me: Uuid, participants: readonly Participant[]): Rights {
  const lead = LEADING.includes(role);
  const takesPart = participants.some(({ kind, id }) => kind === 'agent' && id === me);
  return { lead, write: lead || (role === 'specialist' && takesPart), note: lead || role === 'specialist' };
}
