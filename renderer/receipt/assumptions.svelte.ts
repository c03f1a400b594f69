/** The assumptions of the receipts in the window: one set for all of them, editable. */
import { usualCarbon, usualLanguageModels, usualPower, type ReceiptAssumptions } from '../../electron/contract/receipt';
import { t } from '../messages/language.svelte';

const [small, large] = usualLanguageModels.map((parameters) => parameters / 1e9);

/** As they are typed; null while a field is empty. */
const usual = {
  /** Watts. */
  lowPower: usualPower.low as number | null,
  highPower: usualPower.high as number | null,
  /** Grams of CO₂ for each kilowatt-hour. */
  carbon: usualCarbon as number | null,
  /** Billions of parameters. */
  smallModel: small as number | null,
  largeModel: large as number | null,
};

export type AssumptionName = keyof typeof usual;

export class EditedAssumptions {
  values = $state({ ...usual });
  /** What is wrong with the fields. */
  readonly problems = $derived.by((): Partial<Record<AssumptionName, string>> => {
    const { lowPower, highPower } = this.values;
    const names = Object.keys(usual) as AssumptionName[];
    const invalid = names.filter((name) => !isAllowed(name, this.values[name]));
    return {
      ...(lowPower !== null && highPower !== null && lowPower > highPower && { highPower: t('receipt.powerOrder') }),
      ...Object.fromEntries(
        invalid.map((name) => [name, t(name === 'carbon' ? 'receipt.notNegative' : 'receipt.notPositive')]),
      ),
    };
  });
  readonly isUsual = $derived(
    Object.entries(usual).every(([name, value]) => this.values[name as AssumptionName] === value),
  );
  /** Null while a field is wrong. */
  readonly current = $derived.by((): ReceiptAssumptions | null => {
    const { lowPower, highPower, carbon, smallModel, largeModel } = this.values;
    if (Object.keys(this.problems).length > 0) return null;
    if (lowPower === null || highPower === null || carbon === null || smallModel === null || largeModel === null)
      return null;
    return {
      power: { low: lowPower, high: highPower },
      carbon,
      languageModels: [1e9 * smallModel, 1e9 * largeModel],
    };
  });

  reset(): void {
    this.values = { ...usual };
  }
}

/** Electricity may be free of CO₂; a computer needs power, and a language model parameters. */
const isAllowed = (name: AssumptionName, value: number | null): boolean =>
  value !== null && Number.isFinite(value) && value <= 1e6 && (name === 'carbon' ? value >= 0 : value > 0);

export const assumptions = new EditedAssumptions();
