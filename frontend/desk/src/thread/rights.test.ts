import type { Participant, Role } from '@alongside/sdk';
import { expect, test } from 'vitest';
import { ME } from '../testing/summaries';
import { rightsOf } from './rights';

const taking: Participant[] = [{ kind: 'agent', id: ME, name: 'Me', read_seq: 0 }];

test.each<[Role, boolean, boolean, boolean, boolean]>([
  ['administrator', true, true, true, true],
  ['supervisor', true, true, true, true],
  ['agent', true, true, true, true],
  ['specialist', false, true, true, false],
  ['viewer', false, false, false, false],
])(
  '%s: write %s, write where they take part %s, note %s, lead %s',
  (role, write, writeInside, note, lead) => {
    expect(rightsOf(role, ME, [])).toEqual({ write, note, lead });
    expect(rightsOf(role, ME, taking).write).toBe(writeInside);
  },
);
