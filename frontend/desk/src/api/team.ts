import type { Http, Role, Timestamp, Uuid } from '@alongside/sdk';

export const ROLES: readonly Role[] = ['administrator', 'supervisor', 'agent', 'specialist', 'viewer'];

export interface Agent {
  agent_id: Uuid;
  email: string;
  name: string;
  role: Role;
  locale: string | null;
  created_at: Timestamp;
  deactivated_at: Timestamp | null;
}

export interface NewAgent {
  email: string;
  name: string;
  role: Role;
  password: string;
}

export type AgentChange = Partial<{ name: string; role: Role; active: boolean; password: string }>;

interface Page {
  items: Agent[];
  next_cursor: string | null;
}

/** The whole team by name, those who left at the end. */
export async function listAgents(http: Http): Promise<Agent[]> {
  const found: Agent[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page: Page = await http.request('GET', `/api/team?limit=200${after}`);
    found.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return found.sort((a, b) => Number(a.deactivated_at !== null) - Number(b.deactivated_at !== null));
}

export const addAgent = (http: Http, given: NewAgent): Promise<Agent> =>
  http.request('POST', '/api/team', given);
export const changeAgent = (http: Http, id: Uuid, change: AgentChange): Promise<Agent> =>
  http.request('PATCH', `/api/team/${id}`, change);
