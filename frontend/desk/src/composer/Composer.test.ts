import { memoryStorage } from '@alongside/sdk';
import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi, type MockInstance } from 'vitest';
import { App } from '../app.svelte';
import { Live } from '../live/live.svelte';
import { OpenedConversation } from '../thread/opened.svelte';
import { AGENT } from '../testing/me';
import { heldBy, idOf, ME, summary } from '../testing/summaries';
import { show } from '../testing/show';
import Composer from './Composer.svelte';

let app: App;
let live: Live;
let opened: OpenedConversation;
let send: MockInstance<OpenedConversation['conversation']['send']>;
let note: MockInstance<OpenedConversation['conversation']['note']>;

beforeEach(() => {
  localStorage.clear();
  app = new App('http://desk.example');
  live = new Live({ me: AGENT, origin: app.origin, storage: memoryStorage(), ended: () => {} });
  app.live = live;
  opened = new OpenedConversation(idOf(1), live, app);
  opened.state = { ...opened.state, summary: summary(1, heldBy(ME)) };
  send = vi.spyOn(opened.conversation, 'send').mockResolvedValue({ seq: 1, at: '', duplicate: false });
  note = vi.spyOn(opened.conversation, 'note').mockResolvedValue({ seq: 1, at: '', duplicate: false });
});

function shownField(): HTMLTextAreaElement {
  show(app, Composer, { live, opened });
  return screen.getByRole('textbox');
}

test('Enter sends a reply, and a note goes to the team', async () => {
  const field = shownField();
  await userEvent.type(field, 'Hello{Shift>}{Enter}{/Shift}there{Enter}');
  expect(send).toHaveBeenCalledWith('Hello\nthere', { files: [] });
  expect(field).toHaveValue('');
  await userEvent.click(screen.getByRole('radio', { name: 'Note' }));
  await userEvent.type(screen.getByRole('textbox', { name: 'Note for the team' }), 'Check it{Enter}');
  expect(note).toHaveBeenCalledWith('Check it', []);
});

test('by choice Enter begins a line and Ctrl Enter sends', async () => {
  app.preferences.set({ sendKey: 'ctrl-enter' });
  const field = shownField();
  await userEvent.type(field, 'One{Enter}two');
  expect(send).not.toHaveBeenCalled();
  await userEvent.type(field, '{Control>}{Enter}{/Control}');
  expect(send).toHaveBeenCalledWith('One\ntwo', { files: [] });
});

test('what was begun is there again after a reload', async () => {
  const field = shownField();
  await userEvent.type(field, 'Half a sente');
  await waitFor(() => expect(app.drafts().read(idOf(1)).reply).toBe('Half a sente'));
});

test('more than ten thousand characters are not sent, and the page says how many are too many', async () => {
  const field = shownField();
  await userEvent.click(field);
  await userEvent.paste('x'.repeat(10_003));
  expect(screen.getByRole('button', { name: 'Send' })).toBeDisabled();
  expect(screen.getByRole('status')).toHaveTextContent('-3 characters left');
});

test('whoever may only read is told so in place of a field', () => {
  live.me = { ...AGENT, role: 'viewer', permissions: ['conversation.read'] };
  show(app, Composer, { live, opened });
  expect(screen.queryByRole('textbox')).toBeNull();
  expect(screen.getByText(/Your role cannot write/)).toBeVisible();
});

test('before the first reply the page says that it takes the conversation over', () => {
  opened.state = { ...opened.state, summary: summary(1) };
  expect(shownField()).toHaveAccessibleDescription(/takes this conversation over/);
});
