/** Settings that an imported file needs and may lack: labels, options and parsing. */
import { t } from '../../messages/language.svelte';
import type { MessageId } from '../../messages/message';

interface MissingSetting {
  /** The name in the reference's config. */
  readonly name: string;
  readonly label: string;
  /** The allowed values; null for a number. */
  readonly options: readonly string[] | null;
}

const settingLabels: Readonly<Record<string, MessageId>> = {
  seq_len: 'models.setting.seqLen',
  num_heads: 'models.setting.numHeads',
  pos_encodings: 'models.setting.posEncodings',
  H_cycles: 'models.setting.hCycles',
  L_cycles: 'models.setting.lCycles',
  halt_max_steps: 'models.setting.haltMaxSteps',
};

const settingOptions: Readonly<Record<string, readonly string[]>> = { pos_encodings: ['rope', 'learned', 'none'] };

export function describeSetting(name: string): MissingSetting {
  const label = settingLabels[name];
  return { name, label: label ? t(label) : name, options: settingOptions[name] ?? null };
}

/** Parses whole numbers above 0 and options; null when one of them is invalid. */
export function parseSettings(
  names: readonly string[],
  answers: Readonly<Record<string, string>>,
): Record<string, number | string> | null {
  const read = names.map((name) => [name, parseOne(name, answers[name]?.trim() ?? '')] as const);
  return read.some(([, value]) => value === null)
    ? null
    : (Object.fromEntries(read) as Record<string, number | string>);
}

function parseOne(name: string, text: string): number | string | null {
  const allowed = settingOptions[name];
  if (allowed) return allowed.includes(text) ? text : null;
  return /^[1-9]\d{0,8}$/u.test(text) ? Number(text) : null;
}
