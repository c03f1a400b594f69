/**
 * What is downloaded, and public datasets at their publishers' addresses, each at a fixed revision. An uncertain length
 * or checksum is null: then the server's statement is used and the received bytes are checked against it.
 */
import { message, type Text } from '../../../renderer/messages/message';

export interface FileSpec {
  readonly name: string;
  readonly url: string;
  readonly bytes: number | null;
  /** Where the exact length is not known: the file may be a tenth shorter or longer. */
  readonly roughBytes?: number;
  /** Of the file, in lower-case hexadecimal digits. */
  readonly sha256: string | null;
}

/** A GitHub archive of a commit: its bytes may change, its files do not. */
export interface ArchiveSpec {
  /** The archive has the commit as its comment. */
  readonly commit: string;
  /** Tasks in data/training and data/evaluation. */
  readonly tasks: { readonly training: number; readonly evaluation: number };
}

/** Files that are downloaded together into one folder. */
export interface DownloadSpec {
  readonly id: string;
  readonly name: string;
  readonly summary: Text;
  /** Web page. */
  readonly homepage: string;
  /** Kind of puzzle. */
  readonly kind: string;
  readonly files: readonly FileSpec[];
  /** Where the one file is an archive. */
  readonly archive?: ArchiveSpec;
}

export interface DatasetSpec extends DownloadSpec {
  readonly licence: Text;
  /** Content of the folder: train.csv and test.csv, or the folders training and evaluation of an archive of task files. */
  readonly result: 'puzzle csv' | 'task files';
}

/** A repository of Hugging Face; those of datasets have names that start with `datasets/`. */
export const huggingFace = (name: string, revision: string) => ({
  homepage: `https://huggingface.co/${name}`,
  file: (path: string) => ({
    name: path.slice(path.lastIndexOf('/') + 1),
    url: `https://huggingface.co/${name}/resolve/${revision}/${path}`,
  }),
});

const gitHub = (name: string, commit: string) => ({
  homepage: `https://github.com/${name}`,
  files: [{ name: 'archive.zip', url: `https://github.com/${name}/archive/${commit}.zip`, bytes: null, sha256: null }],
});

const sudoku = huggingFace('datasets/sapientinc/sudoku-extreme', '58942f96baeb572ca3127e2a9e9c70f330783d6b');
const maze = huggingFace('datasets/sapientinc/maze-30x30-hard-1k', '549754de3d67eebe57b6b22c7d226b9412d55b07');
const arc1 = '399030444e0ab0cc8b4e199870fb20b863846f34';
const arc2 = 'f3283f727488ad98fe575ea6a5ac981e4a188e49';

const notStated = message('downloads.licenceNotStated');

export const datasetSpecs: readonly DatasetSpec[] = [
  {
    id: 'sudoku-extreme',
    name: 'Sudoku-Extreme',
    kind: 'sudoku-9x9',
    result: 'puzzle csv',
    homepage: sudoku.homepage,
    licence: notStated,
    summary: message('downloads.sudokuExtreme'),
    files: [
      {
        ...sudoku.file('train.csv'),
        bytes: 718_819_925,
        sha256: '64b46674db0148e0d73a16346dadeb2b1c00824d3fca3f85b2ae7037f6b4b38e',
      },
      {
        ...sudoku.file('test.csv'),
        bytes: null,
        sha256: 'a2fd52aea23d331d5b4ee723c856236e838a9fb9a70e66f4e0e0cf26c338c6a8',
      },
    ],
  },
  {
    id: 'maze-hard',
    name: 'Maze-Hard',
    kind: 'maze-30',
    result: 'puzzle csv',
    homepage: maze.homepage,
    licence: notStated,
    summary: message('downloads.mazeHard'),
    files: [
      {
        ...maze.file('train.csv'),
        bytes: null,
        sha256: '25f9e39b5aee16967da41ba63b2d1d75cf608c2360d8a1419d827f9859dbafa0',
      },
      {
        ...maze.file('test.csv'),
        bytes: null,
        sha256: '5120d52088fb3f8036e62e90103808a79ba58847d8601f9451f40991b0903a62',
      },
    ],
  },
  {
    id: 'arc-agi-1',
    name: 'ARC-AGI-1',
    kind: 'arc',
    result: 'task files',
    licence: 'Apache 2.0',
    ...gitHub('fchollet/ARC-AGI', arc1),
    summary: message('downloads.arc1'),
    archive: { commit: arc1, tasks: { training: 400, evaluation: 400 } },
  },
  {
    id: 'arc-agi-2',
    name: 'ARC-AGI-2',
    kind: 'arc',
    result: 'task files',
    licence: 'Apache 2.0',
    ...gitHub('arcprize/ARC-AGI-2', arc2),
    summary: message('downloads.arc2'),
    archive: { commit: arc2, tasks: { training: 1000, evaluation: 120 } },
  },
];
