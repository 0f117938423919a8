import { expect, test } from 'vitest';
import type { AuditEntry } from '../api/audit';
import { Speech } from '../text/speech.svelte';
import { actionWords, subjectWords } from './auditWords';

const { t } = new Speech();
const entry = (over: Partial<AuditEntry>): AuditEntry => ({
  audit_entry_id: '1',
  at: '2026-03-01T10:00:00Z',
  actor_kind: 'agent',
  actor_id: null,
  actor_name: 'Mara',
  action: 'agent.role_changed',
  subject_kind: 'agent',
  subject_id: null,
  subject_name: 'Amina',
  detail: {},
  ...over,
});

test('a deed is said in words, with whom it concerned and what changed', () => {
  const changed = entry({ detail: { from: 'agent', to: 'supervisor' } });
  expect([actionWords(changed, t), subjectWords(changed, t)]).toEqual([
    'changed a role',
    'Amina · Agent → Supervisor',
  ]);
});

test('a deed without words of ours is shown by its name', () => {
  const unknown = entry({
    action: 'thing.done',
    subject_name: null,
    detail: { fields: ['name', 'greeting'] },
  });
  expect([actionWords(unknown, t), subjectWords(unknown, t)]).toEqual(['thing.done', 'name, greeting']);
});
