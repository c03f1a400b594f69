import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('../../../../renderer/app/styles/tokens.css', import.meta.url), 'utf8');

/** Colour tokens of one theme: name → [lightness, chroma, hue in degrees]. */
function colours(theme: string): Map<string, [number, number, number]> {
  const table = css.split(`[data-theme='${theme}'] {`)[1]?.split('}')[0] ?? '';
  const rows = table.matchAll(/--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g);
  return new Map([...rows].map(([, name, l, c, h]) => [name!, [Number(l!), Number(c!), Number(h!)]]));
}

/** Linear sRGB of an OKLCH colour, clipped to the sRGB gamut (Björn Ottosson's matrices). */
function linearRgb([lightness, chroma, hue]: readonly [number, number, number]): [number, number, number] {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return [
    clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function luminance(colour: readonly [number, number, number]): number {
  const [red, green, blue] = linearRgb(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2 contrast ratio, 1..21. */
function contrast(one: readonly [number, number, number], other: readonly [number, number, number]): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

/** Normal text must reach 4.5, large digits and marks 3 (WCAG 2.2 AA). */
const text: [string, string][] = [
  ...['bg', 'surface', 'raised'].flatMap((under): [string, string][] => [
    ['ink', under],
    ['muted', under],
    ['bad', under],
  ]),
  ...['answer', 'latent', 'good'].map((name): [string, string] => [name, 'surface']),
  ['bad', 'bad-surface'],
  ['ink', 'bad-surface'],
  ['on-accent', 'accent'],
];
const marks: [string, string][] = [
  ['unsure', 'surface'],
  ['change', 'surface'],
  ['change', 'bad-surface'],
  ['latent', 'raised'],
  ['answer', 'raised'],
  ['good', 'raised'],
  ['good', 'bg'],
  ['accent', 'bg'],
  ['focus', 'bg'],
  ['focus', 'surface'],
  ['focus', 'raised'],
  ...[1, 2, 3, 4, 5, 6].map((run): [string, string] => [`run-${run}`, 'surface']),
];

test('contrast is 21 for black on white and 1 for equal colours', () => {
  expect(contrast([1, 0, 0], [0, 0, 0])).toBeCloseTo(21, 1);
  expect(contrast([0.5, 0.1, 30], [0.5, 0.1, 30])).toBe(1);
});

describe.each(['dark', 'light'])('in the %s theme', (theme) => {
  const table = colours(theme);
  const between = (over: string, under: string): number => {
    const [one, other] = [table.get(over), table.get(under)];
    if (!one || !other) throw new Error(`no colour token ${one ? under : over} in ${theme}`);
    return contrast(one, other);
  };

  test.each(text)('text in %s has contrast 4.5 on %s', (over, under) => {
    expect(between(over, under)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(marks)('marks in %s have contrast 3 on %s', (over, under) => {
    expect(between(over, under)).toBeGreaterThanOrEqual(3);
  });
});

test('both themes define the same colours', () => {
  expect([...colours('light').keys()]).toEqual([...colours('dark').keys()]);
});
