/**
 * Trains on WebGPU without a GPU: Electron contains a Vulkan device in software (SwiftShader) and its loader, which a process
 * of Node.js uses when it starts with their paths.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundle } from './bundle';

const electron = join(process.cwd(), 'node_modules', 'electron', 'dist');
const driver = join(electron, 'vk_swiftshader_icd.json');
const isPresent = process.platform === 'linux' && existsSync(driver);

interface Report {
  readonly cpuNodes: Readonly<Record<string, string>>;
  readonly differences: Readonly<Record<string, number>>;
  readonly stepBytes: number;
  readonly readBytes: number;
  readonly stateBytes: number;
}

test.skipIf(!isPresent)(
  'WebGPU computes every node of every family, keeps the state, and agrees with the CPU',
  async () => {
    const program = await bundle('test/models/runtime/software-gpu.ts');
    const env = { ...process.env, LD_LIBRARY_PATH: electron, VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver };
    const { stdout, stderr } = spawnSync(process.execPath, [program], { env, encoding: 'utf8' });
    expect(stderr).toBe('');
    const { cpuNodes, differences, stepBytes, readBytes, stateBytes } = JSON.parse(stdout) as Report;
    expect(cpuNodes).toEqual({});
    expect(Math.max(...Object.values(differences))).toBeLessThan(1e-4);
    // Tokens, labels, flags, rates, initial states and metrics.
    expect(stepBytes).toBeLessThan(600);
    expect(readBytes).toBe(stateBytes);
    expect(stateBytes).toBeGreaterThan(10 * stepBytes);
  },
  120_000,
);
