/** Parsers of settings: `--set name=value`, and `--vary name=value,value` of experiments. */
import { InvalidArgumentError } from 'commander';
import { findSchemaProblem } from '../../datasets/formats/schema-problem';
import { runSettingsSchema, settingNames, type RunSettings } from '../../models/train/run-settings';
import type { Variation } from '../contract/experiment-requests';

/**
 * Adds `name=value` to the settings of a run.
 * @throws InvalidArgumentError naming the settings, or what is wrong with the value
 */
export function parseSetting(text: string, earlier: RunSettings = {}): RunSettings {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/su.exec(text.trim()) ?? [];
  if (!isSettingName(name))
    throw new InvalidArgumentError(`expected name=value with one of the names ${settingNames.join(', ')}`);
  const { data, error } = runSettingsSchema.safeParse({ [name]: parseSettingValue(value) });
  if (error) throw new InvalidArgumentError(`${name}: ${findSchemaProblem(error).reason}`);
  return { ...earlier, ...data };
}

/**
 * Adds `name=value,value` to the settings that an experiment varies.
 * @throws InvalidArgumentError naming the settings, or what is wrong with a value
 */
export function parseVariation(text: string, earlier: readonly Variation[] = []): Variation[] {
  const [, name = '', list = ''] = /^([^=]*)=(.*)$/su.exec(text.trim()) ?? [];
  if (!isSettingName(name))
    throw new InvalidArgumentError(`expected name=value,value with one of the names ${settingNames.join(', ')}`);
  const values = list.split(',').map((value) => parseSetting(`${name}=${value.trim()}`)[name]);
  if (new Set(values).size < 2)
    throw new InvalidArgumentError(`${name}: expected two or more values, e.g. ${name}=1,2`);
  if (earlier.some((other) => other.name === name)) throw new InvalidArgumentError(`${name} is varied twice`);
  if (earlier.length === MAX_VARIATIONS) throw new InvalidArgumentError('expected at most two settings');
  return [...earlier, { name, values: [...new Set(values)] as Variation['values'] }];
}

const MAX_VARIATIONS = 2;

const isSettingName = (name: string): name is keyof RunSettings => settingNames.some((known) => known === name);

/** A number, true or false as JSON has them; else a word. */
function parseSettingValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
