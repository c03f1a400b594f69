import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cannedLab } from '../../../canned-lab';
import { Notes, type DraftStorage } from '../../../../../renderer/features/train/run/notes.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Notes on a disk that can be full. */
function createNotes(text = '', drafts = new Map<string, string>()) {
  const disk = { text, isChanged: false, isFull: false, writes: 0 };
  const { compute } = cannedLab({
    readNotes: () => ({ text: disk.text, isChanged: disk.isChanged }),
    writeNotes: ({ text: written }) => {
      disk.writes++;
      if (disk.isFull) throw new Error('the disk is full');
      disk.text = written;
      return {};
    },
  });
  const storage: DraftStorage = {
    getItem: (key) => drafts.get(key) ?? null,
    setItem: (key, value) => void drafts.set(key, value),
    removeItem: (key) => void drafts.delete(key),
  };
  return { disk, drafts, notes: new Notes(compute, 'run-1', storage) };
}

describe('Notes', () => {
  test('are saved once typing stops, and report their state', async () => {
    const { notes, disk, drafts } = createNotes('before');
    await vi.advanceTimersByTimeAsync(0);
    expect([notes.text, notes.state]).toEqual(['before', 'saved']);
    for (const text of ['a', 'ab', 'abc']) notes.type(text);
    expect([notes.state, disk.writes, drafts.size]).toEqual(['unsaved', 0, 1]);
    await vi.advanceTimersByTimeAsync(600);
    expect([notes.state, disk.text, disk.writes, drafts.size]).toEqual(['saved', 'abc', 1, 0]);
  });

  test('that another program has changed are marked until they are saved', async () => {
    const { notes, disk } = createNotes('before');
    disk.isChanged = true;
    await vi.advanceTimersByTimeAsync(0);
    expect([notes.text, notes.isChanged]).toEqual(['before', true]);
    notes.type('after');
    await vi.advanceTimersByTimeAsync(600);
    expect([disk.text, notes.isChanged]).toEqual(['after', false]);
  });

  test('restore and save a draft of a closed window', async () => {
    const { notes, disk } = createNotes('old', new Map([['notes/run-1', 'newer']]));
    await vi.advanceTimersByTimeAsync(600);
    expect([notes.text, disk.text, notes.state]).toEqual(['newer', 'newer', 'saved']);
  });

  test('that cannot be saved stay in the window, and are saved later', async () => {
    const { notes, disk, drafts } = createNotes();
    await vi.advanceTimersByTimeAsync(0);
    disk.isFull = true;
    notes.type('kept');
    await vi.advanceTimersByTimeAsync(600);
    expect([notes.state, notes.failure, notes.text, drafts.get('notes/run-1')]).toEqual([
      'failed',
      'the disk is full',
      'kept',
      'kept',
    ]);
    disk.isFull = false;
    await notes.flush();
    expect([notes.state, disk.text, drafts.size]).toEqual(['saved', 'kept', 0]);
  });

  test('typed during a save are saved afterwards', async () => {
    const { notes, disk } = createNotes();
    await vi.advanceTimersByTimeAsync(0);
    notes.type('one');
    const first = notes.flush();
    await Promise.resolve();
    expect(notes.state).toBe('saving');
    notes.type('two');
    await first;
    await vi.advanceTimersByTimeAsync(600);
    expect([disk.text, notes.state, disk.writes]).toEqual(['two', 'saved', 2]);
  });
});
