import type { Http, Summary, Timestamp, Uuid } from '@alongside/sdk';

export interface Identity {
  identity_id: Uuid;
  kind: 'external' | 'email' | 'phone';
  value: string;
  strength: 'claimed' | 'channel' | 'verified' | 'confirmed';
  source: string;
  created_at: Timestamp;
}

export interface PageView {
  url: string;
  title: string;
  viewed_at: Timestamp;
  device_id?: Uuid;
}

export interface PersonLine {
  person_id: Uuid;
  name: string | null;
  verified: boolean;
  email: string | null;
  phone: string | null;
  locale: string | null;
  created_at: Timestamp;
  seen_at: Timestamp;
}

export interface Profile {
  person: PersonLine;
  identities: Identity[];
  present_page: PageView | null;
  devices: number;
}

interface Listed<T> {
  items: T[];
  next_cursor?: string | null;
}

export const readPerson = (http: Http, id: Uuid): Promise<Profile> =>
  http.request('GET', `/api/people/${id}`);

export const listPages = async (http: Http, id: Uuid): Promise<PageView[]> =>
  (await http.request<Listed<PageView>>('GET', `/api/people/${id}/pages?limit=10`)).items;

export const listPersonConversations = async (http: Http, id: Uuid): Promise<Summary[]> =>
  (await http.request<Listed<Summary>>('GET', `/api/people/${id}/conversations?limit=20`)).items;
