/** The `dataset` commands: generate, inspect, import and export datasets. */
import { Option, type Command } from 'commander';
import { kindFamilies } from '../../../datasets/kinds/registry';
import {
  commandGroup,
  parsePath,
  parseLimit,
  parseSeed,
  parseShare,
  parseSide,
  parseCopies,
  type AddCommand,
  type Examples,
} from '../args';
import { downloadCommand, exportCommand, importCommand } from './import-export';
import { generateCommand } from './generate';
import { inspectCommand, listCommand, overlapCommand } from './inspect';

const copies = ['--augment <copies>', 'ARC: augmented copies of each task', parseCopies, 0] as const;
const json = ['--json', 'print one JSON object'] as const;

/** Ids that `generate` accepts: puzzle families, whose size is a separate option. */
const generatedIds = () =>
  kindFamilies
    .filter(({ generates }) => generates !== null)
    .map(({ id }) => id)
    .join(', ');

/** Ids of all puzzle kinds, and of those that adapt to the grids of a file. */
const allIds = () => kindFamilies.flatMap(({ id, ids, detector }) => (detector ? [id, ids] : [ids])).join(', ');

const kind = () => ['--kind <id>', `what the puzzles are, where their size does not tell: ${allIds()}`] as const;

export function addDatasetCommands(program: Command, examples: Examples): void {
  const command = commandGroup(program, 'dataset', 'List, make, inspect, import, export and compare sets of puzzles.');
  addSources(command, examples);
  addReports(command);
  addExport(command, examples);
}

/** Commands that create datasets. */
function addSources(command: AddCommand, examples: Examples): void {
  command(
    'generate',
    'Make puzzles with exactly one solution, no two of them symmetric to each other; or the ARC tasks of the lab.',
  )
    .requiredOption('--kind <id>', `required: ${generatedIds()}`)
    .requiredOption('--out <folder>', 'required: new folder, in the format of the reference', parsePath)
    .option('--size <side>', 'side of the grid, for kinds that have sizes', parseSide)
    .option('--count <puzzles>', 'how many', parseLimit, 1000)
    .option('--difficulty <band>', "one of the kind's difficulties (default: any)")
    .option('--held-out <share>', 'share of the puzzles that becomes the test split', parseShare, 0.1)
    .option(...copies)
    .option('--seed <number>', 'fixes every random draw', parseSeed, 1)
    .option(...json)
    .addHelpText(
      'after',
      examples('dataset generate --kind sudoku-9x9 --difficulty hard --count 1000 --out hard-sudokus'),
    )
    .action(generateCommand);

  command(
    'import',
    'Read a .csv file, a folder or ARC tasks, tell what is odd, and keep it as a folder in the format of the reference.',
  )
    .argument('<set>', 'a folder, a .csv file, or ARC tasks as .json')
    .option('--out <folder>', 'new folder', parsePath)
    .option(...kind())
    .option(
      '--held-out <share>',
      'share of the classes that becomes the test split, where there is none',
      parseShare,
      0.1,
    )
    .option(...copies)
    .option('--seed <number>', 'fixes every random draw', parseSeed, 1)
    .option('--dry-run', 'only tell')
    .option(...json)
    .action(importCommand);

  command(
    'download',
    'Fetch a public set from its home and keep it as a data set of the lab; without an id: what there is. Nothing else ever uses the network.',
  )
    .argument('[id]', 'e.g. maze-hard')
    .option(...json)
    .action(downloadCommand);
}

/** Commands that only read. */
function addReports(command: AddCommand): void {
  command('list', 'The sets that come with the lab, and the kinds it can generate.')
    .option(...json)
    .action(listCommand);

  command('inspect', 'What is in a set, and what is odd about it.')
    .argument('<set>', 'an id, a folder or a .csv file')
    .option(...kind())
    .option('--limit <puzzles>', 'look at so many puzzles of each split only', parseLimit)
    .option(...json)
    .action(inspectCommand);

  command('overlap', 'How many puzzles of one set are, up to symmetry, in another.')
    .argument('<one>', 'an id, a folder or a .csv file')
    .argument('<other>', 'another')
    .option(...kind())
    .option(...json)
    .action(overlapCommand);
}

function addExport(command: AddCommand, examples: Examples): void {
  command('export', 'Write a set for other programs.')
    .argument('<set>', 'an id, a folder or a .csv file')
    .requiredOption('--out <path>', 'required: new folder, or for csv a new folder of files', parsePath)
    .addOption(new Option('--format <format>', 'what to write').choices(['reference', 'csv']).default('reference'))
    .option('--augment <copies>', 'symmetric copies of each puzzle to learn from', parseCopies, 0)
    .option('--seed <number>', 'fixes every random draw', parseSeed, 1)
    .option(...kind())
    .option(...json)
    .addHelpText('after', examples('dataset export sudoku-4x4 --augment 100 --out for-pytorch'))
    .action(exportCommand);
}
