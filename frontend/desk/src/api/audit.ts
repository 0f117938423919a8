import type { Http, Timestamp, Uuid } from '@alongside/sdk';

export interface AuditEntry {
  audit_entry_id: Uuid;
  at: Timestamp;
  actor_kind: string;
  actor_id: Uuid | null;
  actor_name: string | null;
  action: string;
  subject_kind: string;
  subject_id: Uuid | null;
  subject_name: string | null;
  detail: Record<string, unknown>;
}

export interface AuditFilter {
  actor_id: string;
  /** An action, or with a full stop at its end everything of that kind. */
  action: string;
  /** Days as the browser's date field gives them. */
  since: string;
  until: string;
}

export interface AuditPage {
  items: AuditEntry[];
  next_cursor: string | null;
}

export function listAudit(http: Http, filter: AuditFilter, cursor: string | null): Promise<AuditPage> {
  const parts = new URLSearchParams({ limit: '50' });
  if (filter.actor_id) parts.set('actor_id', filter.actor_id);
  if (filter.action) parts.set('action', filter.action);
  if (filter.since) parts.set('since', startOf(filter.since, 0));
  if (filter.until) parts.set('until', startOf(filter.until, 1));
  if (cursor) parts.set('cursor', cursor);
  return http.request('GET', `/api/audit?${parts.toString()}`);
}

/** The midnight that begins the day, here; `later` days after it. */
function startOf(day: string, later: number): string {
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + later);
  return at.toISOString();
}
