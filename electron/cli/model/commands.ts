/** The `model` commands: list, show, compare, import, export and delete models. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { exportFormats } from '../../../models/checkpoint/export/export-model';
import { batchSize, commandGroup, folder, type AddCommand, type Examples } from '../args';
import { exportModelCommand, importModelCommand, deleteModelCommand } from './import-export';
import { compareModelsCommand, listModelsCommand, showModelCommand } from './show';

const json = ['--json', 'print one JSON object'] as const;
const model = ['<model>', 'a model folder, or the id of a model'] as const;

/** Collects options such as `num_heads=4` by name. */
function setting(
  text: string,
  before: Readonly<Record<string, number | boolean | string>> = {},
): Record<string, number | boolean | string> {
  const [, name, value] = /^(\w{1,40})=(.{1,100})$/u.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('Expected a setting such as num_heads=4.');
  const asNumber = Number(value);
  return {
    ...before,
    [name]: value! === 'true' || value! === 'false' ? value === 'true' : Number.isNaN(asNumber) ? value! : asNumber,
  };
}

export function addModelCommands(program: Command, examples: Examples): void {
  const command = commandGroup(program, 'model', 'List, show, compare, import, export and delete models.');

  command('list', 'The models there are.')
    .option(...json)
    .action(listModelsCommand);
  command('show', 'What a model is, what it learnt from, and how good it was measured to be.')
    .argument(...model)
    .option(...json)
    .action(showModelCommand);
  command('compare', 'Two models side by side.')
    .argument('<one>', model[1])
    .argument('<other>', 'another')
    .option(...json)
    .action(compareModelsCommand);
  addImportAndExport(command, examples);
  command('delete', 'Move a model of the data folder to the trash of the lab.')
    .argument('<id>', 'its id')
    .option(...json)
    .action(deleteModelCommand);
}

function addImportAndExport(command: AddCommand, examples: Examples): void {
  command(
    'import',
    "A checkpoint of PyTorch's, a safetensors file, or a folder with one, kept as a model folder. Pickles are parsed, never run.",
  )
    .argument('<path>', 'the file or the folder')
    .option('--out <folder>', "new folder (default: a model of the lab's data folder)", folder)
    .option('--name <name>', 'what it is called (default: as the file)')
    .option('--kind <id>', 'kind of its puzzles, where their size does not tell')
    .option('--config <file>', 'its settings, as YAML or JSON (default: the file beside the weights)')
    .option('--set <name=value>', 'a setting that no file says, e.g. num_heads=8; several times', setting)
    .option(...json)
    .addHelpText(
      'after',
      examples('model import step_50000', 'model import weights.safetensors --set num_heads=8 --set halt_max_steps=16'),
    )
    .action(importModelCommand);
  command('export', 'A model as a file for other programs.')
    .argument(...model)
    .addOption(
      new Option(
        '--format <format>',
        'required: pt and safetensors for PyTorch, onnx-step for one supervision step, onnx-solve for a whole answer',
      )
        .choices(exportFormats)
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'required: new file', folder)
    .option('--batch-size <puzzles>', 'puzzles that an ONNX file answers at once (default: 1)', batchSize)
    .option(...json)
    .addHelpText('after', examples('model export sudoku-4x4 --format pt --out sudoku.pt'))
    .action(exportModelCommand);
}
