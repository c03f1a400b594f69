import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cannedLab } from '../../../canned-lab';
import { Notes, type DraftStorage } from '../../../../../renderer/features/train/run/notes.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A disk that keeps the notes, and can refuse to. */
function opened(text = '', drafts = new Map<string, string>()) {
  const disk = { text, isFull: false, writes: 0 };
  const { compute } = cannedLab({
    readNotes: () => ({ text: disk.text }),
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

describe('notes', () => {
  test('are written once one stops typing, and say so', async () => {
    const { notes, disk, drafts } = opened('before');
    await vi.advanceTimersByTimeAsync(0);
    expect([notes.text, notes.state]).toEqual(['before', 'saved']);
    for (const text of ['a', 'ab', 'abc']) notes.type(text);
    expect([notes.state, disk.writes, drafts.size]).toEqual(['unsaved', 0, 1]);
    await vi.advanceTimersByTimeAsync(600);
    expect([notes.state, disk.text, disk.writes, drafts.size]).toEqual(['saved', 'abc', 1, 0]);
  });

  test('that a window was closed over come back and are written', async () => {
    const { notes, disk } = opened('old', new Map([['notes/run-1', 'newer']]));
    await vi.advanceTimersByTimeAsync(600);
    expect([notes.text, disk.text, notes.state]).toEqual(['newer', 'newer', 'saved']);
  });

  test('that cannot be written stay in the window, and are written later', async () => {
    const { notes, disk, drafts } = opened();
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

  test('typed while they are written are written after', async () => {
    const { notes, disk } = opened();
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
