import type { Participant } from '@alongside/sdk';
import { expect, test } from 'vitest';
import { ME } from '../testing/summaries';
import { rightsOf } from './rights';

const takingPart: Participant[] = [{ kind: 'agent', id: ME, name: 'Me', read_seq: 0 }];
const deeds = (...names: string[]) => names.map((name) => `conversation.${name}`);

test('an agent writes anywhere and leads', () => {
  const agent = deeds('read', 'note', 'write', 'write_anywhere', 'accept', 'assign', 'close');
  expect(rightsOf(agent, ME, [])).toEqual({ write: true, note: true, lead: true });
});

test('a specialist notes anywhere and writes where they take part', () => {
  const specialist = deeds('read', 'note', 'write');
  expect(rightsOf(specialist, ME, [])).toEqual({ write: false, note: true, lead: false });
  expect(rightsOf(specialist, ME, takingPart).write).toBe(true);
});

test('a viewer reads, even as one who once took part', () => {
  expect(rightsOf(deeds('read'), ME, takingPart)).toEqual({ write: false, note: false, lead: false });
});
