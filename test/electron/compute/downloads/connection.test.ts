import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { IdleTimeout } from '../../../../electron/compute/downloads/connection';

let ends: { near: Socket; far: Socket; close: () => void };
beforeEach(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [far] = (await once(server, 'connection')) as [Socket];
  if (near.connecting) await once(near, 'connect');
  ends = { near, far, close: () => [near.destroy(), far.destroy(), server.close()] };
});
afterEach(() => ends.close());

/** Holds the thread, as a training step does. */
function hold(milliseconds: number): void {
  for (const until = performance.now() + milliseconds; performance.now() < until;);
}

test('silence is told once it has lasted', async () => {
  let silent = 0;
  new IdleTimeout(20, () => silent++).start();
  await delay(100);
  expect(silent).toBe(1);
});

test('a watch that was stopped, or started anew, tells nothing', async () => {
  let silent = 0;
  const watch = new IdleTimeout(60, () => silent++);
  for (let i = 0; i < 5; i++) {
    watch.start();
    await delay(20);
  }
  watch.stop();
  await delay(100);
  expect(silent).toBe(0);
});

test('what came while the thread was held is no silence', async () => {
  let silent = 0;
  const watch = new IdleTimeout(20, () => silent++);
  ends.near.once('data', () => watch.stop());
  ends.far.write('here');
  watch.start();
  hold(100);
  await delay(100);
  expect(silent).toBe(0);
});
