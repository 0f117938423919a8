import type { Http } from '@alongside/sdk';
import type { Me } from './session';

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
/** Makes the workspace and signs its administrator in. */
export const setUp = (http: Http, given: Setup): Promise<Me> => http.request('POST', '/api/setup', given);
