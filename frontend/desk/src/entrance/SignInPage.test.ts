import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi, type MockInstance } from 'vitest';
import { App } from '../app.svelte';
import { AGENT } from '../testing/me';
import { serverAnswering } from '../testing/server';
import { show } from '../testing/show';
import SignInPage from './SignInPage.svelte';

let app: App;
let signedIn: MockInstance<App['signedIn']>;
beforeEach(() => {
  app = new App('http://desk.example');
  signedIn = vi.spyOn(app, 'signedIn').mockReturnValue();
});

async function signIn(): Promise<void> {
  show(app, SignInPage, {});
  await userEvent.type(screen.getByLabelText('E-mail'), 'mara@luma.example');
  await userEvent.type(screen.getByLabelText('Password'), 'correct horse');
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
}

test('who signs in rightly comes in', async () => {
  const asked = serverAnswering({ 'POST /api/session': { status: 201, body: AGENT } });
  await signIn();
  expect(asked[0]?.body).toEqual({ email: 'mara@luma.example', password: 'correct horse' });
  expect(signedIn).toHaveBeenCalledWith(AGENT);
});

test('a wrong password is said, and only the password is to be typed again', async () => {
  serverAnswering({ 'POST /api/session': { status: 401, body: { code: 'wrong_credentials' } } });
  await signIn();
  expect(await screen.findByRole('alert')).toHaveTextContent('do not fit together');
  expect(screen.getByLabelText('E-mail')).toHaveValue('mara@luma.example');
  expect(screen.getByLabelText('Password')).toHaveValue('');
  expect(screen.getByLabelText('Password')).toHaveFocus();
});

test('after too many tries the page says how long to wait', async () => {
  serverAnswering({
    'POST /api/session': { status: 429, body: { code: 'too_many' }, headers: { 'Retry-After': '30' } },
  });
  await signIn();
  expect(await screen.findByRole('status')).toHaveTextContent(/in (30|29) seconds/);
  expect(screen.getByRole('button', { name: 'Sign in' })).toBeDisabled();
});

test('where there are several workspaces the page asks for one', async () => {
  serverAnswering({
    'POST /api/session': { status: 422, body: { code: 'invalid', fields: { workspace: 'missing' } } },
  });
  await signIn();
  expect(await screen.findByLabelText('Short name')).toBeVisible();
});
