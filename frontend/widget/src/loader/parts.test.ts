import { differences } from '@alongside/shared/i18n/index.ts';
import { beforeEach, expect, test, vi } from 'vitest';
import { Emitter } from './emitter';
import { keeping } from './keeping';
import de from './messages/de.json';
import en from './messages/en.json';
import { optionsOf } from './options';
import { extended, shortened } from './trail';

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

function script(data: Record<string, string>): HTMLScriptElement {
  const element = document.createElement('script');
  element.src = 'https://help.test/widget/loader.js';
  Object.assign(element.dataset, data);
  return element;
}

test('the script tag says everything, and nonsense falls back', () => {
  expect(optionsOf(script({ workspace: 'luma' }), null)).toEqual({
    workspace: 'luma',
    server: 'https://help.test',
    locale: null,
    colour: '#0b6e4f',
    side: 'right',
    launcher: true,
  });
  const given = { workspace: 'luma', colour: 'red', side: 'left', launcher: 'none', locale: 'de' };
  expect(optionsOf(script(given), '#112233')).toMatchObject({
    colour: '#112233',
    side: 'left',
    launcher: false,
    locale: 'de',
  });
});

test('secrets in addresses are not reported', () => {
  const url = 'https://luma.test/reset?reset_token=abc&page=2&Password=x#access_token=y';
  expect(shortened({ url, title: 't' }).url).toBe(
    'https://luma.test/reset?reset_token=…&page=2&Password=…#access_token=…',
  );
});

test('long addresses and titles are cut', () => {
  const { url, title } = shortened({ url: `https://luma.test/${'x'.repeat(3000)}`, title: 'y'.repeat(400) });
  expect([url.length, title.length]).toEqual([2000, 300]);
});

test('the trail keeps the last ten pages, and a page only once in a row', () => {
  let trail = extended([], { url: '/0', title: 'loading' });
  trail = extended(trail, { url: '/0', title: 'Zero' });
  expect(trail).toEqual([{ url: '/0', title: 'Zero' }]);
  for (let page = 1; page <= 12; page += 1) trail = extended(trail, { url: `/${page}`, title: '' });
  expect(trail.map(({ url }) => url)).toEqual([
    '/3',
    '/4',
    '/5',
    '/6',
    '/7',
    '/8',
    '/9',
    '/10',
    '/11',
    '/12',
  ]);
});

test('the token is kept by workspace, and forgotten with all the rest', () => {
  const kept = keeping('luma');
  kept.keepToken('dev_1');
  kept.keepColour('#112233');
  kept.keepTrail([{ url: '/', title: '' }]);
  kept.keepOpen(true);
  expect(localStorage.getItem('alongside:luma')).toBe('dev_1');
  expect(keeping('other').token()).toBeNull();
  kept.forget();
  expect([localStorage.length, sessionStorage.length]).toEqual([0, 0]);
});

test('what others have put into the storage does no harm', () => {
  localStorage.setItem('alongside:luma:colour', 'url(evil)');
  sessionStorage.setItem('alongside:luma:trail', '{"not":"a list"}');
  expect([keeping('luma').colour(), keeping('luma').trail()]).toEqual([null, []]);
});

test('where storage is forbidden the visit goes on', () => {
  const forbidden = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('no', 'SecurityError');
  });
  expect(() => keeping('luma').keepToken('dev_1')).not.toThrow();
  forbidden.mockRestore();
});

test('a token of another tab is heard of', () => {
  const heard = vi.fn();
  keeping('luma').onToken(heard);
  dispatchEvent(new StorageEvent('storage', { key: 'alongside:luma', newValue: 'dev_2' }));
  dispatchEvent(new StorageEvent('storage', { key: 'something', newValue: 'else' }));
  expect(heard.mock.calls).toEqual([['dev_2']]);
});

test('a listener that fails does not keep the others from hearing', () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const emitter = new Emitter();
  const heard = vi.fn();
  emitter.on('unread', () => {
    throw new Error('the page fails');
  });
  const stop = emitter.on('unread', heard);
  emitter.emit('unread', { count: 1 });
  stop();
  emitter.emit('unread', { count: 2 });
  expect(heard.mock.calls).toEqual([[{ count: 1 }]]);
  expect(reported).toHaveBeenCalledTimes(2);
  vi.unstubAllGlobals();
});

test('the German words are complete', () => {
  expect(differences(en, de)).toEqual([]);
});
