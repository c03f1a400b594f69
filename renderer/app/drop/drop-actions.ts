/** What can be done with a dropped file or folder. */
import { collectionExtensions, puzzleExtensions } from '../../../datasets/puzzle-extensions';

export const dropActions = ['dataset', 'model', 'run', 'solve'] as const;
export type DropAction = (typeof dropActions)[number];

/** Later lines take precedence. */
const byExtension = new Map<string, readonly DropAction[]>([
  ['.labrun', ['run']],
  ...['.safetensors', '.pt', '.pth', '.ckpt', '.bin'].map(withActions('model')),
  ...puzzleExtensions.map(withActions('dataset', 'solve')),
  ...[...collectionExtensions, '.npy'].map(withActions('dataset')),
]);

function withActions(...actions: readonly DropAction[]): (extension: string) => [string, readonly DropAction[]] {
  return (extension) => [extension, actions];
}

/** Checkpoints of the reference have no known extension, e.g. `step_1000`; folders can be any of the three. */
const others: readonly DropAction[] = ['dataset', 'model', 'run'];

/** By the name of the file, the likeliest first. */
export function actionsFor(name: string): readonly DropAction[] {
  const extension = /\.[a-z]+$/iu.exec(name)?.[0].toLowerCase() ?? '';
  return byExtension.get(extension) ?? others;
}

const ofViews: Readonly<Record<string, DropAction>> = {
  datasets: 'dataset',
  models: 'model',
  train: 'run',
  solve: 'solve',
};

/** What is done without a question: the only action, or that of the view; null to ask. */
export function obviousAction(name: string, view: string): DropAction | null {
  const actions = actionsFor(name);
  return actions.length === 1 ? actions[0]! : (actions.find((action) => action === ofViews[view]) ?? null);
}
