import type { Http } from '@alongside/sdk';

export interface SetupState {
  needed: boolean;
  code_required: boolean;
}

export interface Setup {
  workspace_name: string;
  workspace_slug: string;
  name: string;
  email: string;
  password: string;
  locale: string;
  code?: string;
}

export const readSetup = (http: Http): Promise<SetupState> => http.request('GET', '/api/setup');
export const setUp = (http: Http, given: Setup): Promise<void> => http.request('POST', '/api/setup', given);
