/** What can be done with a dropped file or folder. */

export const dropActions = ['dataset', 'model', 'run', 'solve'] as const;
export type DropAction = (typeof dropActions)[number];

const byExtension: Readonly<Record<string, readonly DropAction[]>> = {
  labrun: ['run'],
  ...Object.fromEntries(['safetensors', 'pt', 'pth', 'ckpt', 'bin'].map((extension) => [extension, ['model']])),
  ...Object.fromEntries(['csv', 'tsv', 'sdm', 'npy'].map((extension) => [extension, ['dataset']])),
  ...Object.fromEntries(['txt', 'sdk', 'ss', 'non', 'json'].map((extension) => [extension, ['dataset', 'solve']])),
};

/** Checkpoints of the reference have no known extension, e.g. `step_1000`; folders can be any of the three. */
const others: readonly DropAction[] = ['dataset', 'model', 'run'];

/** By the name of the file, the likeliest first. */
export function actionsFor(name: string): readonly DropAction[] {
  const extension = /\.([a-z]+)$/iu.exec(name)?.[1]?.toLowerCase() ?? '';
  return byExtension[extension] ?? others;
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
