/** The states of a run in words, each with the tone of its mark. */
import type { Run } from '../../../../electron/contract/contract';

export interface StateWord {
  readonly word: string;
  readonly tone: 'good' | 'bad' | 'waiting' | 'done';
}

export const stateWords: Record<Run['state'], StateWord> = {
  running: { word: 'training', tone: 'good' },
  paused: { word: 'paused', tone: 'waiting' },
  finished: { word: 'finished', tone: 'done' },
  stopped: { word: 'stopped', tone: 'done' },
  failed: { word: 'failed', tone: 'bad' },
  interrupted: { word: 'interrupted', tone: 'bad' },
};

/** A run that was active when compute went: what became of it is known once compute is back. */
export const cutOff: StateWord = { word: 'cut off', tone: 'bad' };
