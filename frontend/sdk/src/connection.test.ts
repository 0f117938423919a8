import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Connection } from './connection';
import { ScriptedNetwork } from './testing/scripted';

let network: ScriptedNetwork;
let connection: Connection;

beforeEach(() => {
  vi.useFakeTimers();
  network = new ScriptedNetwork();
  connection = new Connection({
    url: 'ws://help.test/socket',
    clientName: 'test/1',
    token: () => 'dev_secret',
    openSocket: network.open,
    random: () => 1,
  });
});

afterEach(() => {
  connection.stop();
  vi.useRealTimers();
});

function phase(): string {
  return connection.state.get().phase;
}

test('hello carries the token, and the welcome opens the connection', () => {
  connection.start();
  network.socket.onopen?.();
  expect(network.socket.sent).toEqual([
    { type: 'hello', protocol: 1, client: 'test/1', token: 'dev_secret' },
  ]);
  expect(phase()).toBe('connecting');
  network.socket.welcome();
  expect(phase()).toBe('open');
});

test('nothing but hello is sent before the welcome', () => {
  connection.start();
  network.socket.onopen?.();
  expect(connection.send({ type: 'ping' })).toBe(false);
  expect(network.socket.all('ping')).toEqual([]);
});

test('a lost connection is tried again with growing pauses', () => {
  connection.start();
  for (const pause of [500, 1000, 2000, 4000]) {
    network.socket.drop();
    const opened = network.sockets.length;
    vi.advanceTimersByTime(pause - 1);
    expect(network.sockets).toHaveLength(opened);
    vi.advanceTimersByTime(1);
    expect(network.sockets).toHaveLength(opened + 1);
  }
});

test('after a connection that held, the pauses start small again', () => {
  connection.start();
  for (let failures = 0; failures < 6; failures += 1) {
    network.socket.drop();
    connection.wake();
  }
  network.socket.welcome();
  vi.advanceTimersByTime(11_000);
  network.socket.drop();
  vi.advanceTimersByTime(500);
  expect(phase()).toBe('connecting');
});

test('the network coming back ends the pause', () => {
  connection.start();
  network.socket.drop();
  expect(phase()).toBe('waiting');
  connection.wake();
  expect(phase()).toBe('connecting');
  expect(network.sockets).toHaveLength(2);
});

test('a silent connection is pinged, and replaced when no answer comes', () => {
  connection.start();
  network.socket.welcome({ heartbeat_seconds: 30 });
  const first = network.socket;
  vi.advanceTimersByTime(30_000);
  expect(first.all('ping')).toHaveLength(1);
  first.say({ type: 'pong' });
  vi.advanceTimersByTime(30_000);
  expect(first.all('ping')).toHaveLength(2);
  expect(phase()).toBe('open');
  vi.advanceTimersByTime(8_000);
  expect(phase()).toBe('waiting');
  expect(first.closed).toBe(true);
});

test('waking an open connection asks for a sign of life', () => {
  connection.start();
  network.socket.welcome();
  connection.wake();
  expect(network.socket.all('ping')).toHaveLength(1);
  vi.advanceTimersByTime(8_000);
  expect(phase()).toBe('waiting');
});

test('the network going is believed at once, and the server tried again', () => {
  connection.start();
  network.socket.welcome();
  connection.sleep();
  expect(phase()).toBe('waiting');
  vi.advanceTimersByTime(500);
  expect(phase()).toBe('connecting');
});

test('a welcome that never comes is not waited for for ever', () => {
  connection.start();
  network.socket.onopen?.();
  vi.advanceTimersByTime(12_000);
  expect(phase()).toBe('waiting');
});

test('a bye with retry_after is honoured', () => {
  connection.start();
  network.socket.welcome();
  network.socket.say({ type: 'bye', code: 'too_slow', message: 'Read faster', hint: '', retry_after: 20 });
  vi.advanceTimersByTime(20_000);
  expect(network.sockets).toHaveLength(1);
  vi.advanceTimersByTime(5_000);
  expect(network.sockets).toHaveLength(2);
});

test('who is asked to move comes back just when the server said', () => {
  connection.start();
  network.socket.welcome();
  network.socket.say({ type: 'bye', code: 'restarting', message: 'Go on', hint: '', retry_after: 0.3 });
  vi.advanceTimersByTime(299);
  expect(network.sockets).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(network.sockets).toHaveLength(2);
  network.socket.welcome();
  expect(phase()).toBe('open');
});

test('who is asked to move and finds nobody tries again with growing pauses', () => {
  connection.start();
  network.socket.welcome();
  network.socket.say({ type: 'bye', code: 'restarting', message: 'Go on', hint: '', retry_after: 0 });
  vi.advanceTimersByTime(0);
  for (const pause of [500, 1000, 2000]) {
    const opened = network.sockets.length;
    network.socket.drop();
    vi.advanceTimersByTime(pause - 1);
    expect(network.sockets).toHaveLength(opened);
    vi.advanceTimersByTime(1);
    expect(network.sockets).toHaveLength(opened + 1);
  }
});

test('a bye without retry_after ends it for good', () => {
  connection.start();
  network.socket.welcome();
  network.socket.say({ type: 'bye', code: 'unauthenticated', message: 'Signed out', hint: '' });
  const state = connection.state.get();
  expect(state.phase === 'refused' && state.failure.code).toBe('unauthenticated');
  vi.advanceTimersByTime(600_000);
  connection.wake();
  expect(network.sockets).toHaveLength(1);
});

test('what a socket says after it was replaced is not heard', () => {
  const heard = vi.fn();
  connection.onFrame = heard;
  connection.start();
  const first = network.socket;
  const late = first.onmessage;
  first.drop();
  late?.({ data: '{"type":"pong"}' });
  expect(heard).not.toHaveBeenCalled();
});

test('text that is no frame is skipped', () => {
  const heard = vi.fn();
  connection.onFrame = heard;
  connection.start();
  network.socket.welcome();
  network.socket.onmessage?.({ data: 'nonsense' });
  network.socket.onmessage?.({ data: 'null' });
  network.socket.onmessage?.({ data: new ArrayBuffer(3) });
  expect(heard).not.toHaveBeenCalled();
  expect(phase()).toBe('open');
});
