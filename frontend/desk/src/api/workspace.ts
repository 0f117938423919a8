import type { Http, Timestamp, Uuid } from '@alongside/sdk';

export interface Workspace {
  workspace_id: Uuid;
  slug: string;
  name: string;
  locale: string;
  brand_colour: string;
  allowed_origins: string[];
  concierge_name: string;
  greeting: Record<string, string>;
  created_at: Timestamp;
}

export type WorkspaceChange = Partial<
  Pick<Workspace, 'name' | 'locale' | 'brand_colour' | 'allowed_origins' | 'concierge_name' | 'greeting'>
>;

export interface IdentitySecret {
  identity_secret_id: Uuid;
  created_at: Timestamp;
  retired_at: Timestamp | null;
}

export interface NewIdentitySecret extends IdentitySecret {
  /** Shown this once. */
  secret: string;
}

const SECRETS = '/api/workspace/identity-secrets';

export const readWorkspace = (http: Http): Promise<Workspace> => http.request('GET', '/api/workspace');
export const changeWorkspace = (http: Http, change: WorkspaceChange): Promise<Workspace> =>
  http.request('PATCH', '/api/workspace', change);

export const listSecrets = async (http: Http): Promise<IdentitySecret[]> =>
  (await http.request<{ items: IdentitySecret[] }>('GET', SECRETS)).items;
export const createSecret = (http: Http): Promise<NewIdentitySecret> => http.request('POST', SECRETS);
export const retireSecret = (http: Http, id: Uuid): Promise<void> =>
  http.request('DELETE', `${SECRETS}/${id}`);
