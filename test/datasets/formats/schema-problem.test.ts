import { expect, test } from 'vitest';
import { z } from 'zod';
import { findSchemaProblem } from '../../../datasets/formats/schema-problem';

const schema = z.object({ name: z.string(), list: z.array(z.object({ size: z.int().min(1) })).optional() });
const problemOf = (value: unknown) => findSchemaProblem(schema.safeParse(value).error!);

test.each([
  [{}, 'name', 'expected string, found nothing'],
  [{ name: null }, 'name', 'expected string, found null'],
  [{ name: 'a', list: [{ size: 1 }, { size: 'b' }] }, 'list.1.size', 'expected number, found string'],
  [[], '', 'expected object, found array'],
] as const)('%j', (value, place, reason) => expect(problemOf(value)).toMatchObject({ place, reason }));

test('what was expected and what was found are apart, where the reason tells both', () => {
  expect(problemOf({ name: 1 })).toMatchObject({ expected: 'string', found: 'number' });
  expect(problemOf({ name: 'a', list: [{ size: 0 }] })).toMatchObject({
    expected: 'number >=1',
    found: 'a smaller one',
  });
});

test('a long key is shortened', () => {
  const key = 'k'.repeat(1000);
  const { place, reason } = findSchemaProblem(z.record(z.string().max(5), z.number()).safeParse({ [key]: 1 }).error!);
  expect(place).toBe(`${'k'.repeat(200)}…`);
  expect(reason.length).toBeLessThan(250);
});
