/** train.sh: the reference's trainer, started with a run's settings. */

export interface TrainScriptOptions {
  /** As `referenceOverrides` writes them. */
  readonly overrides: readonly string[];
  readonly batchSize: number;
  /** Why it cannot go on with the weights; null where it can. Sentences without full stop. */
  readonly noLoading: string | null;
  /** Why it cannot train at all; null where it can. */
  readonly noTraining: string | null;
}

/**
 * For bash. What it is told of this run has no character that means anything in double quotes, and the path it
 * finds itself in is refused where hydra would read it as something else.
 */
export function trainScript({ overrides, batchSize, noLoading, noTraining }: TrainScriptOptions): string {
  return [
    '#!/usr/bin/env bash',
    '# Trains with the PyTorch code of github.com/SamsungSAILMontreal/TinyRecursiveModels. README.txt explains it.',
    '#   bash train.sh <folder of that code> [more overrides]        GPUS=4 in front of it for four of them',
    'set -euo pipefail',
    'stop() { echo "train.sh: $1" >&2; exit 2; }',
    '',
    ...(noTraining === null ? [] : [`stop "the reference cannot train this model: ${noTraining}"`, '']),
    'here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"',
    'code="${1:-}"',
    'gpus="${GPUS:-1}"',
    '[ -f "$code/pretrain.py" ] || stop "expected the folder of TinyRecursiveModels, found no pretrain.py in \'$code\'"',
    'case "$here" in *[\\"\\\'\\\\\\$]*) stop "hydra would misread the path of this folder: put it where the path has no quote, backslash or dollar sign ($here)" ;; esac',
    `[[ "$gpus" =~ ^[1-9][0-9]*$ ]] && [ $((${batchSize} % gpus)) -eq 0 ] || stop "a batch of ${batchSize} cannot be shared evenly: GPUS must divide it, found $gpus"`,
    ...startOf(noLoading),
    '',
    '# The reference logs to Weights & Biases. Offline it keeps the log in its own folder, and sends nothing.',
    'export WANDB_MODE="${WANDB_MODE:-offline}"',
    'cd "$code"',
    'exec torchrun --standalone --nproc-per-node "$gpus" pretrain.py \\',
    ...overrides.map((override) => `  ${override} \\`),
    '  "data_paths=[\\"$here/dataset\\"]" evaluators=[] \\',
    '  "++checkpoint_path=\\"$here/checkpoints\\"" ${start[@]+"${start[@]}"} "${@:2}"',
    '',
  ].join('\n');
}

/** What it begins with. */
function startOf(noLoading: string | null): string[] {
  if (noLoading === null)
    return [
      '# The names in model.pt are those of a compiled model.',
      'unset DISABLE_COMPILE',
      'start=("++load_checkpoint=\\"$here/model.pt\\"")',
    ];
  return [
    `[ "\${FRESH:-}" = 1 ] || stop "the reference cannot go on with these weights: ${noLoading}. FRESH=1 trains a new model of its own instead"`,
    'start=()',
  ];
}
