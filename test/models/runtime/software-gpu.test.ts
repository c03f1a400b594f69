/**
 * Trains on WebGPU without a GPU, with Vulkan in software. Electron contains SwiftShader and its loader, which a process of
 * Node.js uses when it starts with their paths; it has no float16. Mesa's lavapipe has, where it is installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundle } from './bundle';

const electron = join(process.cwd(), 'node_modules', 'electron', 'dist');
const swiftShader = join(electron, 'vk_swiftshader_icd.json');
const lavapipe = ['lvp_icd.json', 'lvp_icd.x86_64.json']
  .map((file) => join('/usr/share/vulkan/icd.d', file))
  .find((path) => existsSync(path));

interface Report {
  readonly cpuNodes: Readonly<Record<string, string>>;
  readonly deviceError: object | null;
  readonly differences: Readonly<Record<string, number>>;
  readonly stepBytes: number;
  readonly readBytes: number;
  readonly stateBytes: number;
}

async function runOn(driver: string, precision: 'float32' | 'mixed', loader?: string) {
  const program = await bundle('test/models/runtime/software-gpu.ts');
  const paths = { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver, ...(loader && { LD_LIBRARY_PATH: loader }) };
  const { stdout, stderr } = spawnSync(process.execPath, [program, precision], {
    env: { ...process.env, ...paths },
    encoding: 'utf8',
  });
  return { report: JSON.parse(stdout) as Report, stderr };
}

function expectStateKept({ stepBytes, readBytes, stateBytes }: Report): void {
  // Tokens, labels, flags, rates, initial states and metrics.
  expect(stepBytes).toBeLessThan(600);
  expect(readBytes).toBe(stateBytes);
  expect(stateBytes).toBeGreaterThan(10 * stepBytes);
}

test.skipIf(process.platform !== 'linux' || !existsSync(swiftShader))(
  'WebGPU computes every node of every family, keeps the state, and agrees with the CPU',
  async () => {
    const { report, stderr } = await runOn(swiftShader, 'float32', electron);
    expect(stderr).toBe('');
    expect(report).toMatchObject({ cpuNodes: {}, deviceError: null });
    expect(Math.max(...Object.values(report.differences))).toBeLessThan(1e-4);
    expectStateKept(report);
  },
  120_000,
);

test.skipIf(!lavapipe)(
  'WebGPU computes mixed precision in float16 and agrees with the CPU within the tolerance of the device test',
  async () => {
    const { report } = await runOn(lavapipe!, 'mixed');
    expect(report).toMatchObject({ cpuNodes: {}, deviceError: null });
    // More than float32 differs: the products were rounded.
    expect(report.differences['zH']).toBeGreaterThan(1e-4);
    expectStateKept(report);
  },
  120_000,
);
