import type { Http, Role, Timestamp, Uuid } from '@alongside/sdk';

export interface Me {
  agent_id: Uuid;
  name: string;
  email: string;
  role: Role;
  locale: string | null;
  /** What the role may do, as `conversation.accept`. */
  permissions: string[];
}

export interface MyChange {
  name?: string;
  locale?: string | null;
  password?: string;
  present_password?: string;
}

export interface SessionLine {
  agent_session_id: Uuid;
  user_agent: string;
  created_at: Timestamp;
  seen_at: Timestamp;
  expires_at: Timestamp;
  /** The one that asks. */
  current: boolean;
}

export interface SignIn {
  email: string;
  password: string;
  workspace?: string;
}

export const readSession = (http: Http): Promise<Me> => http.request('GET', '/api/session');
export const signIn = (http: Http, given: SignIn): Promise<Me> => http.request('POST', '/api/session', given);
export const changeMe = (http: Http, change: MyChange): Promise<Me> =>
  http.request('PATCH', '/api/session', change);
export const signOut = (http: Http): Promise<void> => http.request('DELETE', '/api/session');
export const endOtherSessions = (http: Http): Promise<{ ended: number }> =>
  http.request('DELETE', '/api/sessions');
export const listSessions = async (http: Http): Promise<SessionLine[]> =>
  (await http.request<{ items: SessionLine[] }>('GET', '/api/sessions')).items;
export const endSession = (http: Http, id: Uuid): Promise<void> =>
  http.request('DELETE', `/api/sessions/${id}`);
