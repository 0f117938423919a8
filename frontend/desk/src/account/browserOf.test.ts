import { expect, test } from 'vitest';
import { browserOf } from './browserOf';

test('a browser is called what people call it', () => {
  const chrome =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36';
  expect(browserOf(chrome)).toEqual({ browser: 'Chrome', system: 'Windows' });
  expect(browserOf(`${chrome} Edg/140.0`)).toEqual({ browser: 'Edge', system: 'Windows' });
  expect(
    browserOf('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1'),
  ).toEqual({ browser: 'Safari', system: 'iOS' });
  expect(browserOf('curl/8')).toEqual({ browser: '', system: '' });
});
