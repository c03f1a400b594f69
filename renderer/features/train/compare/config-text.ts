/** How a run was set up, as text to copy, and what differs between several. */
import type { Output } from '../../../../electron/contract/contract';

export type RunSetup = Output<'getRunConfig'>;

/** The command line that makes the same run, and below it every number behind it. */
export function setupText({ version, command, preset, config }: RunSetup): string {
  return `# TRM Puzzle Lab ${version}\n${command}\n\n${JSON.stringify({ preset: preset.id, config }, null, 2)}\n`;
}

/** A setting by its path, `model.hiddenSize`, and its value in each run; null where a run has none. */
export interface Difference {
  readonly setting: string;
  readonly values: readonly (string | null)[];
}

/** Settings that are not the same in all, in the order in which they are kept. */
export function differences(setups: readonly RunSetup[]): Difference[] {
  const flat = setups.map(({ preset, config }) => new Map([['preset', preset.id], ...leaves(config)]));
  const settings = [...new Set(flat.flatMap((values) => [...values.keys()]))];
  return settings
    .map((setting) => ({ setting, values: flat.map((values) => values.get(setting) ?? null) }))
    .filter(({ values }) => new Set(values).size > 1);
}

function leaves(value: unknown, path = ''): [string, string][] {
  if (value === null || typeof value !== 'object') return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}
