/** What an imported model cannot do without and its file does not tell: how it is asked for, and read. */

export interface AskedSetting {
  /** Under the reference's name, as compute takes it. */
  readonly name: string;
  readonly label: string;
  /** Where only a few answers are possible. */
  readonly options: readonly string[] | null;
}

const labels: Readonly<Record<string, string>> = {
  seq_len: 'Cells of a puzzle',
  num_heads: 'Attention heads',
  pos_encodings: 'How positions are told',
  H_cycles: 'H cycles in a supervision step',
  L_cycles: 'L updates in an H cycle',
  halt_max_steps: 'Supervision steps at most',
};

const options: Readonly<Record<string, readonly string[]>> = { pos_encodings: ['rope', 'learned', 'none'] };

export function askedSetting(name: string): AskedSetting {
  return { name, label: labels[name] ?? name, options: options[name] ?? null };
}

/** Whole numbers above 0 except where there are options; null when one of them is neither. */
export function readAsked(
  names: readonly string[],
  answers: Readonly<Record<string, string>>,
): Record<string, number | string> | null {
  const read = names.map((name) => [name, readOne(name, answers[name]?.trim() ?? '')] as const);
  return read.some(([, value]) => value === null)
    ? null
    : (Object.fromEntries(read) as Record<string, number | string>);
}

function readOne(name: string, text: string): number | string | null {
  const allowed = options[name];
  if (allowed) return allowed.includes(text) ? text : null;
  return /^[1-9]\d{0,8}$/u.test(text) ? Number(text) : null;
}
