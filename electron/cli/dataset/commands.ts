/** The `dataset` commands: generate, inspect, import and export datasets. */
import { formatEnglish } from '../../../renderer/messages/english';
import { Option, type Command } from 'commander';
import { kindFamilies } from '../../../datasets/kinds/registry';
import { datasetExports } from '../../contract/datasets';
import {
  commandGroup,
  parsePath,
  parseCount,
  parseLimit,
  parseSeed,
  parseShare,
  parseSide,
  parseCopies,
  type AddCommand,
  type Examples,
} from '../args';
import { downloadCommand, exportCommand, importCommand } from './import-export';
import { generateCommand, parseSizes } from './generate';
import { inspectCommand, listCommand, overlapCommand } from './inspect';

const copies = ['--augment <copies>', 'ARC only: augmented copies of each task', parseCopies, 0] as const;
const json = ['--json', 'print one JSON object'] as const;

/** Ids that `generate` accepts: puzzle families, whose size is a separate option. */
const generatedIds = () =>
  kindFamilies
    .filter(({ generates }) => generates !== null)
    .map(({ id }) => id)
    .join(', ');

/** Ids of all puzzle types, and of those that adapt to the grids of a file. */
const allIds = () =>
  kindFamilies
    .flatMap(({ id, ids, detector }) => (detector ? [id, ids] : [ids]))
    .map(formatEnglish)
    .join(', ');

const kind = () => ['--kind <id>', `puzzle type, if it cannot be detected: ${allIds()}`] as const;

export function addDatasetCommands(program: Command, examples: Examples): void {
  const command = commandGroup(
    program,
    'dataset',
    'List, generate, inspect, import, download, export and compare datasets.',
  );
  addSources(command, examples);
  addReports(command);
  addExport(command, examples);
}

/** Commands that create datasets. */
function addSources(command: AddCommand, examples: Examples): void {
  command(
    'generate',
    'Generate puzzles with exactly one solution and no symmetric duplicates, or the built-in ARC tasks.',
  )
    .requiredOption('--kind <id>', `required: ${generatedIds()}`)
    .requiredOption('--out <folder>', 'required: new folder, in the reference format', parsePath)
    .option('--size <side>', 'side length of the grid, for puzzle types with several sizes', parseSide)
    .option(
      '--sizes <range>',
      'sides of a dataset of mixed sizes, e.g. 6-12, for puzzle types that allow them',
      parseSizes,
    )
    .option('--count <puzzles>', 'number of puzzles', parseCount, 1000)
    .option('--difficulty <band>', 'difficulty; dataset list shows those of each puzzle type (default: any)')
    .option('--held-out <share>', 'fraction of the puzzles for the test set', parseShare, 0.1)
    .option(...copies)
    .option('--seed <number>', 'random seed', parseSeed, 1)
    .option(...json)
    .addHelpText(
      'after',
      examples('dataset generate --kind sudoku-9x9 --difficulty hard --count 1000 --out hard-sudokus'),
    )
    .action(generateCommand);

  command(
    'import',
    'Check a file of puzzles, a folder or ARC tasks, and import it as a folder in the reference format.',
  )
    .argument(
      '<dataset>',
      'file of puzzles (.csv, .tsv, .txt, .sdk, .sdm, .ss, .non, .json, .jsonl), folder of such files, .json file or folder of ARC tasks, or dataset folder',
    )
    .option('--out <folder>', 'new folder; required unless --dry-run is given', parsePath)
    .option(...kind())
    .option(
      '--held-out <share>',
      'fraction of the symmetry classes for the test set, if the source has no test set',
      parseShare,
      0.1,
    )
    .option(...copies)
    .option('--seed <number>', 'random seed', parseSeed, 1)
    .option(
      '--skip-bad-rows',
      'skip rows that are no puzzles or have a wrong answer, and count them; else the first that is no puzzle ends the import, and wrong answers are kept',
    )
    .option('--dry-run', 'print the report; import nothing')
    .option(...json)
    .action(importCommand);

  command(
    'download',
    'Download a public dataset into the data folder; without an id, list what is available. Only this command and model download use the network.',
  )
    .argument('[id]', 'e.g. maze-hard')
    .option(...json)
    .action(downloadCommand);
}

/** Commands that only read. */
function addReports(command: AddCommand): void {
  command('list', 'List the datasets, and the puzzle types that can be generated.')
    .option(...json)
    .action(listCommand);

  command('inspect', 'Report the contents of a dataset and its problems.')
    .argument('<dataset>', 'id, folder or file of puzzles')
    .option(...kind())
    .option('--limit <puzzles>', 'maximum number of puzzles of each split (default: all)', parseLimit)
    .option(...json)
    .action(inspectCommand);

  command('overlap', 'Count the puzzles of one dataset that are in another, up to symmetry.')
    .argument('<one>', 'id, folder or file of puzzles')
    .argument('<other>', 'id, folder or file of puzzles')
    .option(...kind())
    .option(...json)
    .action(overlapCommand);
}

function addExport(command: AddCommand, examples: Examples): void {
  command('export', 'Export a dataset for other programs.')
    .argument('<dataset>', 'id, folder or file of puzzles')
    .requiredOption('--out <path>', 'required: new folder', parsePath)
    .addOption(
      new Option('--format <format>', 'reference: for the PyTorch code; csv: one file per split; tasks: ARC task files')
        .choices(datasetExports)
        .default('reference'),
    )
    .option('--augment <copies>', 'augmented copies of each training puzzle', parseCopies, 0)
    .option('--seed <number>', 'random seed', parseSeed, 1)
    .option(...kind())
    .option(...json)
    .addHelpText('after', examples('dataset export sudoku-4x4 --augment 100 --out for-pytorch'))
    .action(exportCommand);
}
