/** What somebody may do in a conversation, so that nothing is offered that the server would refuse. */

import type { Participant, Uuid } from '@alongside/sdk';

export interface Rights {
  /** Write to the customer. */
  write: boolean;
  note: boolean;
  /** Accept, assign, close and reopen. */
  lead: boolean;
}

export function rightsOf(
  permissions: readonly string[],
  me: Uuid,
  participants: readonly Participant[],
): Rights {
  const may = (deed: string): boolean => permissions.includes(`conversation.${deed}`);
  const takesPart = participants.some(({ kind, id }) => kind === 'agent' && id === me);
  return {
    write: may('write_anywhere') || (may('write') && takesPart),
    note: may('note'),
    lead: may('accept') && may('assign') && may('close'),
  };
}
