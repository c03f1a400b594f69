/** Numbers as text: digits, units and separators of a language, for the window and the command line. */
let readLocale = (): string => 'en';

/** The functions below use this language from now on; English by default. @param source BCP 47 tag, read at each call */
export function followLocale(source: () => string): void {
  readLocale = source;
}

const fixed = (digits: number) => ({ minimumFractionDigits: digits, maximumFractionDigits: digits });
const unit = (name: string, display: 'short' | 'long', digits: number) => ({
  style: 'unit' as const,
  unit: name,
  unitDisplay: display,
  ...fixed(digits),
});

const styles = {
  noDigits: fixed(0),
  oneDigit: fixed(1),
  atMostThreeSignificant: { maximumSignificantDigits: 3 },
  atMostTwoDigits: { maximumFractionDigits: 2 },
  threeSignificant: { minimumSignificantDigits: 3, maximumSignificantDigits: 3 },
  seconds: unit('second', 'long', 0),
  minutes: unit('minute', 'long', 0),
  hours: unit('hour', 'long', 1),
  milliseconds: unit('millisecond', 'short', 0),
  shortMilliseconds: unit('millisecond', 'short', 1),
  kilobytes: unit('kilobyte', 'short', 0),
  fewKilobytes: { ...unit('kilobyte', 'short', 0), maximumFractionDigits: 1 },
  megabytes: unit('megabyte', 'short', 0),
  decimalMegabytes: unit('megabyte', 'short', 1),
  gigabytes: unit('gigabyte', 'short', 1),
} satisfies Record<string, Intl.NumberFormatOptions>;

const formats = new Map<string, Intl.NumberFormat>();

/** Formats are made once: that takes longer than using one. */
function format(value: number, style: keyof typeof styles): string {
  const locale = readLocale();
  const key = `${locale} ${style}`;
  const known = formats.get(key);
  if (known) return known.format(value);
  const made = new Intl.NumberFormat(locale, styles[style]);
  formats.set(key, made);
  return made.format(value);
}

/** `1490` → `1,490`. */
export function formatInteger(value: number): string {
  return format(value, 'noDigits');
}

/** A share 0..1 as percent without the sign: `0.9541` → `95.4`; never rounds up to a full hundred. */
export function formatPercent(share: number): string {
  return format(share < 1 ? Math.min(share * 100, 99.9) : 100, 'oneDigit');
}

/** A 95 % interval of shares in percent without the sign: `[0.931, 0.97]` → `93.1–97.0`. */
export function formatInterval([low, high]: readonly [number, number]): string {
  return `${formatPercent(low)}–${formatPercent(high)}`;
}

/** One decimal: `4.25` → `4.3`. */
export function formatDecimal(value: number): string {
  return format(value, 'oneDigit');
}

/** A value on an axis, without trailing zeros: `1.5`, `0.05`, `25 k`, `2e−4`. */
export function formatAxisValue(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e4) return `${format(value / 1e3, 'atMostThreeSignificant')} k`;
  if (size === 0 || size >= 1e-3) return format(value, 'atMostThreeSignificant');
  const [mantissa, exponent] = Number(value.toPrecision(2)).toExponential().split('e');
  return `${format(Number(mantissa), 'atMostThreeSignificant')}e${withMinus(exponent!)}`;
}

/** Millions with at most two decimals: `2_500_000` → `2.5 M`. */
export function formatMillions(value: number): string {
  return `${format(value / 1e6, 'atMostTwoDigits')} M`;
}

/** Two or three significant digits, for losses and norms: `0.2137` → `0.214`, `12.3` → `12.3`, `0.00012` → `1.2e-4`. */
export function formatSignificant(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || size >= 100 || !Number.isFinite(value)) return withMinus(format(value, 'noDigits'));
  if (size >= 10) return withMinus(format(value, 'oneDigit'));
  if (size >= 0.01) return withMinus(format(value, 'threeSignificant'));
  const [mantissa, exponent] = value.toExponential(1).split('e');
  return withMinus(`${format(Number(mantissa), 'oneDigit')}e${exponent}`);
}

/** A logit with its sign: `-1.84` → `−1.8`. */
export function formatSigned(value: number): string {
  return `${value > 0 ? '+' : ''}${withMinus(format(value, 'oneDigit'))}`;
}

/** Parameters of a network: `386112` → `386 k`, `7012345` → `7.0 M`. */
export function formatParameterCount(count: number): string {
  if (count >= 1e6) return `${format(count / 1e6, 'oneDigit')} M`;
  if (count >= 1e4) return `${format(count / 1e3, 'noDigits')} k`;
  return format(count, 'noDigits');
}

/** An amount of compute and its unit: `4.1e9` → `4.1`, `GFLOP`. */
export function formatFlop(flop: number): { readonly value: string; readonly unit: string } {
  const powers = ['MFLOP', 'GFLOP', 'TFLOP', 'PFLOP'];
  const power = Math.min(powers.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(flop, 1)) / 3) - 2));
  return { value: formatSignificant(flop / 10 ** (6 + 3 * power)), unit: powers[power] ?? '' };
}

/** `4.1e9` → `4.1 GFLOP`. */
export function formatOperations(flop: number): string {
  const { value, unit: name } = formatFlop(flop);
  return `${value} ${name}`;
}

/** Memory or disk: `900` → `0.9 kB`, `24_000` → `23 kB`, `424e6` → `404 MB`, `3.2e9` → `3.0 GB`. */
export function formatBytes(count: number): string {
  if (count < 10 * 2 ** 10) return format(count / 2 ** 10, 'fewKilobytes');
  if (count < 2 ** 20) return format(count / 2 ** 10, 'kilobytes');
  return count < 2 ** 30 ? format(count / 2 ** 20, 'megabytes') : format(count / 2 ** 30, 'gigabytes');
}

/** Decimal megabytes of a download: `4_321_000` → `4.3 MB`. */
export function formatMegabytes(bytes: number): string {
  return format(bytes / 1e6, 'decimalMegabytes');
}

/** `41` → `0:41`, `3723` → `1:02:03`. */
export function formatClock(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const tail = `${String(minutes).padStart(hours ? 2 : 1, '0')}:${String(rest).padStart(2, '0')}`;
  return hours ? `${hours}:${tail}` : tail;
}

/** A length of time in words: `90` → `90 seconds`, `300` → `5 minutes`. */
export function formatDuration(seconds: number): string {
  if (seconds < 120) return format(Math.round(seconds), 'seconds');
  return seconds < 7200 ? format(Math.round(seconds / 60), 'minutes') : format(seconds / 3600, 'hours');
}

/** `3.42` → `3.4 ms`, `46.1` → `46 ms`, `12_340` → `12.3 s`. */
export function formatMilliseconds(value: number): string {
  if (value >= 10_000) return `${format(value / 1000, 'oneDigit')} s`;
  return format(value, value < 10 ? 'shortMilliseconds' : 'milliseconds');
}

/** How long ago, coarsely; empty for a date that cannot be parsed. @param now milliseconds since 1970 */
export function formatAgo(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (Number.isNaN(seconds)) return '';
  const relative = new Intl.RelativeTimeFormat(readLocale(), { numeric: seconds < 60 ? 'auto' : 'always' });
  if (seconds < 60) return relative.format(0, 'second');
  if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 86_400) return relative.format(-Math.floor(seconds / 3600), 'hour');
  return relative.format(-Math.floor(seconds / 86_400), 'day');
}

/** `2026-11-20T08:00:00Z` → `Nov 20, 2026`; empty for a date that cannot be parsed. */
export function formatDate(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? ''
    : new Intl.DateTimeFormat(readLocale(), { dateStyle: 'medium' }).format(date);
}

/** The typographic minus, as wide as a digit. */
function withMinus(text: string): string {
  return text.replace(/^-/, '−');
}
