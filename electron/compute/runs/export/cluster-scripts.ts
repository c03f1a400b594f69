/** Scripts of a cluster job: train.sh, job.slurm and Containerfile. */

export const REFERENCE_URL = 'https://github.com/SamsungSAILMontreal/TinyRecursiveModels';

/** The version of the reference's code that `hydra-overrides.ts` and `load_state.py` were written for (October 2025). */
export const REFERENCE_COMMIT = 'e7b68717f0a6c4cbb4ce6fbef787b14f42083bd9';

interface TrainScriptOptions {
  /** From `referenceOverrides`. */
  readonly overrides: readonly string[];
  readonly batchSize: number;
  readonly runName: string;
  /** The file that load_state.py reads. */
  readonly stateFile: string;
  /** Why the reference cannot continue with the weights, without full stop; null if it can. */
  readonly loadingObstacles: string | null;
  /** Why the reference cannot train the model; null if it can. */
  readonly trainingObstacles: string | null;
}

/**
 * train.sh, a bash script that starts the reference's trainer with the settings of a run. The settings contain no
 * character with a meaning in double quotes; the script stops in a path that hydra would misread.
 */
export function createTrainScript(options: TrainScriptOptions): string {
  const { overrides, runName, trainingObstacles } = options;
  return [
    '#!/usr/bin/env bash',
    '# Trains with the PyTorch code of github.com/SamsungSAILMontreal/TinyRecursiveModels, see README.txt.',
    '#   bash train.sh <folder of that code> [more overrides]        GPUS=4 before it for four GPUs',
    '#   NODES=2 HEAD=<first machine>:29500 before it, on every machine, for two machines',
    'set -euo pipefail',
    'stop() { echo "train.sh: $1" >&2; exit 2; }',
    '',
    ...(trainingObstacles === null
      ? []
      : [`stop "the reference implementation cannot train this model: ${trainingObstacles}"`, '']),
    ...checkLines(options),
    ...startLines(options),
    '',
    '# The reference implementation logs to Weights & Biases. Offline it only writes to its own folder.',
    'export WANDB_MODE="${WANDB_MODE:-offline}"',
    'if [ "$nodes" = 1 ]; then machines=(--standalone)',
    `else machines=(--nnodes "$nodes" --rdzv-id "\${SLURM_JOB_ID:-${runName}}" --rdzv-backend c10d --rdzv-endpoint "$HEAD"); fi`,
    'cd "$code"',
    'exec torchrun "${machines[@]}" --nproc-per-node "$gpus" "${program[@]}" \\',
    ...overrides.map((override) => `  ${override} \\`),
    '  "data_paths=[\\"$here/dataset\\"]" evaluators=[] \\',
    '  "++checkpoint_path=\\"$here/checkpoints\\"" "${@:2}"',
    '',
  ].join('\n');
}

/** Lines that check the arguments, the code and the variables. */
function checkLines({ batchSize }: TrainScriptOptions): string[] {
  return [
    'here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"',
    'code="${1:-}"',
    'gpus="${GPUS:-1}"',
    'nodes="${NODES:-1}"',
    '[ -f "$code/pretrain.py" ] || stop "expected the folder of TinyRecursiveModels, found no pretrain.py in \'$code\'"',
    `commit="$(git -C "$code" rev-parse HEAD 2>/dev/null || echo unknown)"`,
    `[ "$commit" = ${REFERENCE_COMMIT} ] || [ "\${ANY_COMMIT:-}" = 1 ] || stop "expected commit ${REFERENCE_COMMIT} of TinyRecursiveModels, found $commit: check it out, or put ANY_COMMIT=1 before the command"`,
    'case "$here" in *[\\"\\\'\\\\\\$]*) stop "hydra would misread the path of this folder ($here): move it to a path without quotes, backslashes and dollar signs" ;; esac',
    '[[ "$nodes" =~ ^[1-9][0-9]*$ ]] || stop "NODES must be a number of machines, got $nodes"',
    '[ "$nodes" = 1 ] || [ -n "${HEAD:-}" ] || stop "NODES=$nodes requires HEAD=<first machine>:<port>"',
    `[[ "$gpus" =~ ^[1-9][0-9]*$ ]] && [ $((${batchSize} % (gpus * nodes))) -eq 0 ] || stop "GPUS × NODES must divide the batch size ${batchSize}, got $gpus × $nodes"`,
  ];
}

/** Lines that choose the program, which loads the weights, or require FRESH=1. */
function startLines({ loadingObstacles, stateFile }: TrainScriptOptions): string[] {
  if (loadingObstacles === null) return [`program=("$here/load_state.py" "$here/${stateFile}")`];
  return [
    `[ "\${FRESH:-}" = 1 ] || stop "the reference implementation cannot continue from these weights: ${loadingObstacles}. FRESH=1 trains a new model instead"`,
    'program=(pretrain.py)',
  ];
}

/** job.slurm, a batch file for Slurm: one task per machine starts train.sh, which starts a process for each GPU. */
export const createSlurmFile = (runName: string): string =>
  `#!/usr/bin/env bash
# sbatch job.slurm <folder of TinyRecursiveModels> [more overrides], in the folder of this file
# On two machines with four GPUs each: sbatch --nodes=2 --gpus-per-node=4 job.slurm …
# With CONTAINER=<file>.sif before it, in a container of Apptainer (see Containerfile).
#SBATCH --job-name=${runName}
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --time=24:00:00
#SBATCH --output=slurm-%j.log
set -euo pipefail

# Slurm runs a copy of this file in another folder.
here="$SLURM_SUBMIT_DIR"
export NODES="$SLURM_JOB_NUM_NODES" GPUS="\${SLURM_GPUS_ON_NODE:-1}"
HEAD="$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1):29500"
export HEAD
start=(bash "$here/train.sh")
[ -z "\${CONTAINER:-}" ] || start=(apptainer exec --nv --bind "$here" "$CONTAINER" "\${start[@]}")
srun "\${start[@]}" "$@"
`;

/** Containerfile for Docker and Podman: the reference's code with its requirements in /code; the job is mounted as /job. */
export const createContainerFile = (): string =>
  `# docker build -t trm -f Containerfile .
# docker run --gpus all --ipc=host -v "$PWD":/job trm [more overrides]        -e GPUS=4 for four GPUs
# For Apptainer: apptainer build trm.sif docker-daemon://trm:latest, then /code is the folder of the code
FROM docker.io/pytorch/pytorch:2.7.1-cuda12.6-cudnn9-devel
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
RUN git config --system --add safe.directory /code \\
 && git clone ${REFERENCE_URL} /code \\
 && git -C /code checkout --detach ${REFERENCE_COMMIT}
RUN pip install --no-cache-dir --no-build-isolation -r /code/requirements.txt
ENTRYPOINT ["bash", "/job/train.sh", "/code"]
`;
