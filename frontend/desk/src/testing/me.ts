import type { Me } from '../api/session';
import { ME } from './summaries';

const DEEDS = ['read', 'note', 'write', 'write_anywhere', 'accept', 'assign', 'close'];

export const AGENT: Me = {
  agent_id: ME,
  name: 'Mara Lindqvist',
  email: 'mara@luma.example',
  role: 'agent',
  locale: null,
  permissions: DEEDS.map((deed) => `conversation.${deed}`),
};
