import { isKind, type ThreadItem } from '@alongside/sdk';

/** Which quick reply the customer tapped under this message; null when they wrote something else, or nothing yet. */
export function choiceAfter(message: ThreadItem, items: readonly ThreadItem[]): string | null {
  const answer = items
    .slice(items.indexOf(message) + 1)
    .find((item) => item.author.kind === 'person' && isKind(item, 'message'));
  const choice = answer?.body['choice'];
  return typeof choice === 'string' ? choice : null;
}
