import { expect, test } from 'vitest';
import { hrefOf, readRoute } from './route';

const id = '6e0f3f0e-3a52-4f0d-9a57-0d0c9a2f1b11';

test('every address that the desk makes is read back as it was', () => {
  const addresses = [
    '/setup',
    '/desk/mine',
    `/desk/unassigned/${id}`,
    `/desk/all/${id}?status=closed&sort=waiting&q=meter+reading`,
    '/desk/settings',
    '/desk/settings/audit',
    '/desk/settings/jobs',
    '/desk/account/sessions',
  ];
  for (const address of addresses) {
    const [path, search] = address.split('?');
    expect(hrefOf(readRoute(path!, search ? `?${search}` : ''))).toBe(address);
  }
});

test('the bare desk is the own list', () => {
  const route = readRoute('/desk');
  expect(route).toMatchObject({
    page: 'lists',
    query: { view: 'mine', status: 'open', sort: 'newest', q: '' },
  });
});

test('what is no address of ours is unknown, and unknown choices fall back', () => {
  expect(readRoute('/desk/nowhere').page).toBe('unknown');
  expect(readRoute('/desk/mine/not-an-id').page).toBe('unknown');
  expect(readRoute('/desk/settings/nothing').page).toBe('unknown');
  expect(readRoute(`/desk/mine/${id}/more`).page).toBe('unknown');
  expect(readRoute('/desk/mine', '?status=weird&sort=odd')).toMatchObject({
    query: { status: 'open', sort: 'newest' },
  });
});
