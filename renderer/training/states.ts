/** The states of a run in words, each with the tone of its mark. */
import type { Run } from '../../electron/contract';

export const stateWords: Record<Run['state'], { readonly word: string; readonly tone: 'good' | 'bad' | 'waiting' | 'done' }> = {
  running: { word: 'training', tone: 'good' },
  paused: { word: 'paused', tone: 'waiting' },
  finished: { word: 'finished', tone: 'done' },
  stopped: { word: 'stopped', tone: 'done' },
  failed: { word: 'failed', tone: 'bad' },
  interrupted: { word: 'interrupted', tone: 'bad' },
};
