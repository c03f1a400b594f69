/** Commands made of what the lab has: rooms, models, data sets, trainings, and the puzzle whose address was typed. */
import type { Dataset, Model, Run } from '../../../electron/contract/contract';
import { keyWords } from '../shortcuts/keys';
import { roomNames, rooms, type Room } from '../navigation.svelte';
import { percent } from '../../lib/format';
import type { Command } from './command';

export function roomCommands(go: (room: Room) => void): Command[] {
  return rooms.map((room, i) => ({
    id: `room/${room}`,
    title: roomNames[room],
    group: 'Go to',
    hint: keyWords(`Mod+${i + 1}`),
    words: 'room',
    run: () => go(room),
  }));
}

export function modelCommands(
  models: readonly Model[],
  { onwatch, oncard }: { readonly onwatch: (model: Model) => void; readonly oncard: (model: Model) => void },
): Command[] {
  return models.flatMap((model): Command[] => {
    const hint = model.accuracy ? `${percent(model.accuracy.exactAccuracy)} % exact` : model.family;
    const words = `${model.id} ${model.family} ${model.source} ${model.dataset}`;
    return [
      {
        id: `watch/${model.id}`,
        title: `Watch ${model.name} solve`,
        group: 'Models',
        hint,
        words,
        run: () => onwatch(model),
      },
      {
        id: `card/${model.id}`,
        title: `Card of ${model.name}`,
        group: 'Models',
        hint,
        words,
        run: () => oncard(model),
      },
    ];
  });
}

export function datasetCommands(
  datasets: readonly Dataset[],
  { onopen, ontrain }: { readonly onopen: (dataset: Dataset) => void; readonly ontrain: (dataset: Dataset) => void },
): Command[] {
  return datasets.flatMap((dataset): Command[] => {
    const { id, name, summary, train, test, problem } = dataset;
    const shared = { group: 'Data sets', hint: id, words: `${id} ${summary}` } as const;
    const open: Command = { ...shared, id: `dataset/${id}`, title: `Look at ${name}`, run: () => onopen(dataset) };
    const canTrain = problem === null && train.puzzles > 0 && test.puzzles > 0;
    return canTrain
      ? [open, { ...shared, id: `train/${id}`, title: `Train on ${name}`, run: () => ontrain(dataset) }]
      : [open];
  });
}

/** Newest first, as they come. */
export function runCommands(
  runs: readonly Run[],
  { nameOf, onopen }: { readonly nameOf: (run: Run) => string; readonly onopen: (run: Run) => void },
): Command[] {
  return runs.map((run) => ({
    id: `run/${run.runId}`,
    title: nameOf(run),
    group: 'Trainings',
    hint: [run.state, `seed ${run.seed}`, ...(run.accuracy ? [`${percent(run.accuracy.exactAccuracy)} %`] : [])].join(
      ', ',
    ),
    words: `${run.runId} ${run.dataset} ${run.preset} ${run.tags.join(' ')} training run`,
    run: () => onopen(run),
  }));
}

export interface PuzzleAddress {
  readonly dataset: string;
  readonly split: 'train' | 'test';
  readonly index: number;
}

/** e.g. `sudoku-4x4/test/17`; null for what is none, or is of no set that there is. */
export function addressIn(
  text: string,
  datasets: readonly Pick<Dataset, 'id' | 'train' | 'test'>[],
): PuzzleAddress | null {
  const [, id, split, digits] = /^\s*([\w.-]+)\/(train|test)\/(\d{1,9})\s*$/u.exec(text) ?? [];
  const dataset = datasets.find((known) => known.id === id);
  if (!dataset || (split !== 'train' && split !== 'test')) return null;
  const index = Number(digits);
  return index < dataset[split].puzzles ? { dataset: dataset.id, split, index } : null;
}

/** Its id is the address, so that it is found again by it among those used last: only while it is typed. */
export function puzzleCommands(
  query: string,
  datasets: readonly Dataset[],
  onopen: (address: PuzzleAddress) => void | Promise<void>,
): Command[] {
  const address = addressIn(query, datasets);
  if (!address) return [];
  const text = `${address.dataset}/${address.split}/${address.index}`;
  return [
    {
      id: `puzzle/${text}`,
      title: `Open the puzzle ${text}`,
      group: 'Puzzle',
      words: text,
      run: () => onopen(address),
    },
  ];
}
