import AdvancedSettings from '../../../renderer/features/train/setup/AdvancedSettings.svelte';
import RadioCard from '../../../renderer/ui/RadioCard.svelte';
import DevicePicker from '../../../renderer/features/settings/DevicePicker.svelte';
import PreflightPanel from '../../../renderer/features/train/setup/PreflightPanel.svelte';
import NumberField from '../../../renderer/ui/NumberField.svelte';
import RunSetupForm from '../../../renderer/features/train/setup/RunSetupForm.svelte';
import SettingFields from '../../../renderer/features/train/setup/SettingFields.svelte';
import StartFrom from '../../../renderer/features/train/setup/StartFrom.svelte';
import { failed, loading, ready } from '../../../renderer/app/compute.svelte';
import type { RunSetupValues } from '../../../renderer/features/train/setup/run-setup.svelte';
import { devices, lab, preflights, presets } from '../samples/lab';
import { devicesOf } from '../samples/states';
import { runSetupOf } from '../samples/training';
import { noop, specimen, textSnippet, type Specimen } from '../specimen';

const choice = {
  name: 'set',
  title: 'Sudoku 4×4',
  summary:
    'All 376 essentially different 4×4 puzzles with 6 givens and one solution; a quarter of them in the test set.',
  selected: false,
  onselect: noop,
  children: textSnippet('282 training classes · 94 test classes'),
};
const panel = { isBenchmarking: false, onbenchmark: noop, oncancel: noop };
const number = { label: 'Batch', placeholder: '64', value: null as number | null, min: 1, max: 4096 };
const advanced =
  (values: Partial<RunSetupValues> = {}) =>
  () => ({ setup: runSetupOf(values).setup, preset: presets[0], steps: 2000 });
const formOf = (
  values: Partial<RunSetupValues> = {},
  preflight?: Parameters<typeof runSetupOf>[1],
  list = devicesOf(devices.tested),
) => ({ ...runSetupOf(values, preflight), lab, devices: list });

/** The run setup: dataset, model, settings, device and cost estimate. */
export const runSetup: readonly Specimen[] = [
  specimen('RadioCard', RadioCard, {
    unselected: choice,
    selected: { ...choice, selected: true },
    'long text': {
      ...choice,
      title: `${choice.title}, ${choice.summary}`,
      summary: `${choice.summary} ${choice.summary}`,
    },
  }),
  specimen(
    'StartFrom',
    StartFrom,
    {
      nothing: () => runSetupOf(),
      'a model': () => runSetupOf({ from: 'trained' }),
      'a model with an optimizer': () => runSetupOf({ from: 'imported', optimizerState: 'keep' }),
      'a missing model': () => runSetupOf({ from: 'gone' }),
    },
    { width: 460 },
  ),
  specimen(
    'AdvancedSettings',
    AdvancedSettings,
    {
      defaults: advanced(),
      changed: advanced({ name: 'With a small batch', batchSize: 16, maxSteps: 5000, precision: 'mixed' }),
      invalid: advanced({ seed: -3, batchSize: 0 }),
    },
    { width: 560 },
  ),
  specimen(
    'SettingFields',
    SettingFields,
    {
      unchanged: () => ({ setup: runSetupOf().setup }),
      changed: () => ({ setup: runSetupOf({ settings: { mlpT: false, hCycles: 2, optimizer: 'adamW' } }).setup }),
      'another family': () => ({ setup: runSetupOf({ settings: { family: 'direct' } }).setup }),
      invalid: () => ({ setup: runSetupOf({ settings: { ema: 2, hiddenSize: 0 } }).setup }),
    },
    { width: 560 },
  ),
  specimen(
    'NumberField',
    NumberField,
    {
      empty: number,
      filled: { ...number, value: 128 },
      invalid: { ...number, value: -1, error: 'Batch size must be 1 to 4,096.' },
    },
    { width: 160 },
  ),
  specimen('DevicePicker', DevicePicker, {
    untested: () => ({ devices: devicesOf(devices.untested), threads: 6 }),
    tested: () => ({ devices: devicesOf(devices.tested), threads: 6 }),
    refused: () => ({ devices: devicesOf(devices.refused), threads: 6 }),
    testing: () => ({ devices: devicesOf(devices.untested, { testing: true }), threads: 6 }),
    failed: () => ({
      devices: devicesOf(devices.untested, { failure: 'Could not start the test process.' }),
      threads: 6,
    }),
    loading: () => ({ devices: devicesOf(null), threads: 6 }),
  }),
  specimen(
    'PreflightPanel',
    PreflightPanel,
    {
      estimating: { ...panel, preflight: loading },
      estimated: { ...panel, preflight: ready(preflights.counted) },
      benchmarking: { ...panel, isBenchmarking: true, preflight: ready(preflights.counted) },
      benchmarked: { ...panel, preflight: ready(preflights.measured) },
      'does not fit': { ...panel, preflight: ready(preflights.refused) },
      failed: { ...panel, preflight: failed('The compute process exited unexpectedly.') },
    },
    { width: 460 },
  ),
  specimen(
    'RunSetupForm',
    RunSetupForm,
    {
      usual: () => formOf(),
      'fine-tuning a model': () => formOf({ from: 'trained', trainable: 'all' }, ready(preflights.measured)),
      invalid: () => formOf({ maxSeconds: 0, seed: -1 }, ready(preflights.refused), devicesOf(devices.refused)),
    },
    { width: 860 },
  ),
];
