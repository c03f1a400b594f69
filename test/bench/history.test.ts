import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compare, describeBench, measured, measurementsSchema, readRecord } from './history';

const files = readdirSync(resolve('test/bench/history'));
const isMeasured = (name: string) => measured.some((each) => name.endsWith(`-${each}.json`));
const records = files.filter((name) => !isMeasured(name));

describe('benchmark history', () => {
  it('holds at least one record', () => {
    expect(records.length).toBeGreaterThan(0);
  });

  it.each(records)('%s has a machine and a commit, and a ratio of 1 to itself', async (name) => {
    const record = await readRecord(name);
    expect(record.machine.cpu).not.toBe('');
    expect(record.commit).toMatch(/^[0-9a-f]{7,40}(-dirty)?$/u);
    expect(record.results.length).toBeGreaterThan(0);
    for (const result of record.results) expect(compare(result, record)).toBe(1);
  });

  it.each(files.filter(isMeasured))('%s has measurements', (name) => {
    const text = readFileSync(resolve('test/bench/history', name), 'utf8');
    expect(Object.keys(measurementsSchema.parse(JSON.parse(text)).measurements)).not.toEqual([]);
  });

  it('returns the newest record for "last"', async () => {
    expect(await readRecord('last')).toEqual(await readRecord([...records].sort().at(-1)!));
  });

  it('compares shares of peak and returns null for steps that the record lacks', async () => {
    const record = await readRecord('last');
    const [first] = record.results;
    expect(compare({ ...first!, shareOfPeak: 2 * first!.shareOfPeak }, record)).toBe(2);
    expect(compare({ ...first!, size: 'another' }, record)).toBeNull();
  });

  it('throws for an unknown record', async () => {
    await expect(readRecord('nothing')).rejects.toThrow('no benchmark record "nothing"');
  });

  it('describes the machine, versions and repeats', () => {
    const { machine, versions, repeats } = describeBench({ repeats: 3, threads: 2 });
    expect(machine.cores).toBeGreaterThan(0);
    expect(machine.threads).toBe(2);
    expect(versions.onnxruntime).toMatch(/^\d+\.\d+\.\d+$/u);
    expect(repeats).toBe(3);
  });
});
