/** Lines of the audit in words; an action that we have no words for is shown by its name. */

import type { AuditEntry } from '../api/audit';
import type { MessageKey, Speech } from '../text/speech.svelte';

export const AUDIT_KINDS = ['session', 'agent', 'workspace', 'identity_secret', 'person', 'job'] as const;

const ACTIONS: Partial<Record<string, MessageKey>> = {
  'session.signed_in': 'audit.session.signed_in',
  'session.signed_out': 'audit.session.signed_out',
  'session.ended': 'audit.session.ended',
  'session.sign_in_failed': 'audit.session.sign_in_failed',
  'agent.added': 'audit.agent.added',
  'agent.changed': 'audit.agent.changed',
  'agent.role_changed': 'audit.agent.role_changed',
  'agent.deactivated': 'audit.agent.deactivated',
  'agent.reactivated': 'audit.agent.reactivated',
  'agent.password_set': 'audit.agent.password_set',
  'workspace.founded': 'audit.workspace.founded',
  'workspace.changed': 'audit.workspace.changed',
  'identity_secret.created': 'audit.identity_secret.created',
  'identity_secret.retired': 'audit.identity_secret.retired',
  'job.fixed': 'audit.job.fixed',
  'job.replayed': 'audit.job.replayed',
  'job.discarded': 'audit.job.discarded',
  'person.joined': 'audit.person.joined',
  'person.join_undone': 'audit.person.join_undone',
};

export function actionWords({ action }: AuditEntry, t: Speech['t']): string {
  const key = ACTIONS[action];
  return key ? t(key) : action;
}

/** Whom or what it concerned, and what changed. */
export function subjectWords({ subject_name, detail }: AuditEntry, t: Speech['t']): string {
  const change =
    'from' in detail && 'to' in detail ? `${said(detail['from'], t)} → ${said(detail['to'], t)}` : '';
  const parts = [subject_name ?? '', change || listed(detail)];
  return parts.filter(Boolean).join(' · ');
}

function listed(detail: Record<string, unknown>): string {
  const values = Object.values(detail).flat();
  return values.filter((value) => typeof value === 'string' || typeof value === 'number').join(', ');
}

function said(value: unknown, t: Speech['t']): string {
  const roles = ['administrator', 'supervisor', 'agent', 'specialist', 'viewer'] as const;
  const role = roles.find((each) => each === value);
  return role ? t(`role.${role}`) : String(value);
}
