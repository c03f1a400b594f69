import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../../models/family/config';
import { familyNames } from '../../../models/family/families';
import { settingsForFamily } from '../../../models/family/family-settings';
import { createRunConfig, getPreset, presets } from '../../../models/presets/presets';
import { applySettings, readSettings } from '../../../models/train/run-settings';

const sizes = { seqLen: 16, vocabSize: 6, seed: 1, maxSeconds: 60 };
const small = presets.filter(({ id }) => id !== 'paper');

describe('the settings of another family', () => {
  test.each(familyNames)('%s can be chosen in every preset without puzzle embeddings', (family) => {
    for (const preset of small) {
      const { model } = applySettings(createRunConfig(preset, sizes), { family });
      expect(() => checkConfig(model), preset.id).not.toThrow();
      expect(model.family).toBe(family);
    }
  });

  test('attention gets positions where the preset had none, and square-grid layers lose them', () => {
    const { model } = createRunConfig(getPreset('classroom'), sizes);
    expect(settingsForFamily('hrm', model)).toMatchObject({ mlpT: false, posEncodings: 'learned' });
    const arc = createRunConfig(getPreset('arc'), sizes).model;
    expect(settingsForFamily('convolutional', arc)).toMatchObject({ mlpT: false, posEncodings: 'none' });
  });

  test('naming the family that a preset has changes nothing', () => {
    const config = createRunConfig(getPreset('sudoku'), sizes);
    expect(applySettings(config, { family: 'symbolEquivariant' })).toEqual(applySettings(config, {}));
  });
});

test.each(presets.map(({ id }) => id))('the settings of the preset %s, given as settings, are the preset', (id) => {
  const config = createRunConfig(getPreset(id), sizes);
  expect(applySettings(config, readSettings(config))).toEqual(config);
});
