/** The assumptions of the receipts in the window: one set for all of them, editable, kept on this computer. */
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
const names = Object.keys(usual) as AssumptionName[];

/** The part of Web Storage that is used. */
type AssumptionStorage = Pick<Storage, 'getItem' | 'setItem'>;
const STORAGE_KEY = 'receipt/assumptions';

export class EditedAssumptions {
  values = $state({ ...usual });

  /** @param storage where they are kept; nowhere without one */
  constructor(private readonly storage: AssumptionStorage | null = null) {
    if (storage) this.values = { ...usual, ...readStored(storage) };
  }

  /** What is wrong with the fields. */
  readonly problems = $derived.by((): Partial<Record<AssumptionName, string>> => {
    const { lowPower, highPower } = this.values;
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

  change(name: AssumptionName, value: number | null): void {
    this.values[name] = value;
    this.keep();
  }

  reset(): void {
    this.values = { ...usual };
    this.keep();
  }

  private keep(): void {
    if (this.current !== null) this.storage?.setItem(STORAGE_KEY, JSON.stringify(this.values));
  }
}

/** Electricity may be free of CO₂; a computer needs power, and a language model parameters. */
const isAllowed = (name: AssumptionName, value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value <= 1e6 && (name === 'carbon' ? value >= 0 : value > 0);

/** Anything but numbers that are allowed is ignored. */
function readStored(storage: AssumptionStorage): Partial<Record<AssumptionName, number>> {
  try {
    const stored = JSON.parse(storage.getItem(STORAGE_KEY) ?? '{}') as Partial<Record<AssumptionName, unknown>> | null;
    return Object.fromEntries(
      names.map((name) => [name, stored?.[name]] as const).filter((entry) => isAllowed(...entry)),
    );
  } catch {
    return {};
  }
}

export const assumptions = new EditedAssumptions(globalThis.localStorage);
