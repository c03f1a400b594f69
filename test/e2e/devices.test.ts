/** Device selection in the real window with real device tests. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LaunchedApp } from './launch-app';
import { launchApp } from './launch-app';

let lab: LaunchedApp;
beforeAll(async () => {
  lab = await launchApp();
}, 60_000);
afterAll(() => lab.close());

test('the set-up shows the cost of a run and tests the devices of this machine', async () => {
  const { page } = lab;
  await page.getByRole('button', { name: 'Train' }).first().click();
  const machine = page.getByRole('complementary', { name: 'Plan' });
  await machine
    .getByText(/A training step takes [\d.]+ [GM]FLOP and about [\d,]+ MB of memory \([\d.]+ [MG]B free\)\./)
    .waitFor();
  const processor = machine.getByRole('radio').first();
  expect(await processor.isChecked()).toBe(true);
  await machine.getByText('Not tested yet, so not used.').first().waitFor();
  await lab.screenshot('train-devices-untested');

  await machine.getByRole('button', { name: 'Test devices' }).click();
  await machine.getByRole('status').waitFor();
  await machine.getByRole('button', { name: 'Test again' }).waitFor({ timeout: 100_000 });
  await machine
    .getByText(/ ms per step/)
    .first()
    .waitFor();
  // On a machine without other devices, all except the CPU are rejected with a reason.
  for (const radio of (await machine.getByRole('radio').all()).slice(1))
    if (await radio.isDisabled()) expect(await radio.locator('..').textContent()).toMatch(/Rejected: [^.]+\./);
  await lab.screenshot('train-devices');
  expect(lab.consoleErrors).toEqual([]);
}, 120_000);
