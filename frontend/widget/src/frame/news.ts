/** What others have written since it was last looked at; what was there at first is no news. */

import type { Summary, Uuid } from '@alongside/sdk';

export class News {
  readonly #heard = new Map<Uuid, number>();

  /** The conversations in which there is something new for the visitor. */
  in(conversations: readonly Summary[]): Uuid[] {
    return conversations
      .filter((summary) => this.#isNew(summary))
      .map(({ conversation_id }) => conversation_id);
  }

  #isNew({ conversation_id, last_seq, preview_author, unread }: Summary): boolean {
    const known = this.#heard.get(conversation_id);
    this.#heard.set(conversation_id, last_seq);
    return known !== undefined && last_seq > known && preview_author !== 'person' && unread > 0;
  }
}
