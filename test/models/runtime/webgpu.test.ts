/**
 * WebGPU as it really is, on a machine that has it; without a GPU through SwiftShader (Debian's chromium and libvulkan1):
 * TRM_LAB_WEBGPU=1 VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json
 */
import { expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { findDeviceError } from '../../../models/runtime/device-check';

const isAsked = process.env.TRM_LAB_WEBGPU === '1';

test.skipIf(!isAsked)(
  `WebGPU computes what the processor computes${isAsked ? '' : ' (skipped: set TRM_LAB_WEBGPU=1 where there is WebGPU)'}`,
  async () => {
    expect(await findDeviceError(Random.seeded(1), { provider: 'webgpu' })).toBeNull();
  },
  300_000,
);
