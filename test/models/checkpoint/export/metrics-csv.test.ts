import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { metricsColumns, metricsCsv } from '../../../../models/checkpoint/export/metrics-csv';
import { anyLines, lines } from './measured-lines';

test('the table of a short run', () => {
  expect(metricsCsv(lines).split('\r\n')).toEqual([
    'type,step,seconds,lmLoss,qHaltLoss,steps,learningRate,gradientNorm,accuracy,exactAccuracy,ruleAccuracy,count,intervalLow,intervalHigh',
    'step,1,0.5,1.25,0.75,,0.0001,,,,,,,',
    'step,2,1,0.5,0.25,3.5,0.0002,,0.875,0.5,,,,',
    'evaluated,2,1.5,,,,,,0.75,0.25,0.375,8,0.0715,0.5907',
    '',
  ]);
});

test('every number is read back as it was, to the last digit', () => {
  fc.assert(
    fc.property(anyLines, (drawn) => {
      const rows = parse(metricsCsv(drawn), { columns: true }) as Record<string, string>[];
      const measured = drawn.filter(({ type }) => type === 'step' || type === 'evaluated') as unknown as Record<
        string,
        unknown
      >[];
      expect(rows).toHaveLength(measured.length);
      measured.forEach((line, i) => {
        const [intervalLow, intervalHigh] = (line['interval'] as number[] | undefined) ?? [];
        const values: Record<string, unknown> = { ...line, intervalLow, intervalHigh };
        for (const column of metricsColumns.slice(1)) {
          const cell = rows[i]![column];
          expect(cell === '' ? undefined : Number(cell), column).toBe(values[column] ?? undefined);
        }
      });
    }),
  );
});

test('a run that measured nothing has a table with a header alone', () => {
  expect(metricsCsv([])).toBe(`${metricsColumns.join(',')}\r\n`);
});
