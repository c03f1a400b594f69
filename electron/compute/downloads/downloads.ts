/**
 * Downloads sets of files: public datasets, published models. A set is assembled in `<id>.part`, and its folder gets the
 * name `<id>` only when every file is present and verified.
 */
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UnknownIdError } from '../../../datasets/kinds/kind-family';
import type { FreeBytes } from '../storage/disk-usage';
import { freeBytes } from '../storage/disk-usage';
import { acquireLock } from '../storage/lock-file';
import { finaliseDownload, matchesRecord, readRecord } from './finalise-download';
import { DownloadError, getFileSize } from './connection';
import { downloadFile } from './download-file';
import type { DownloadSpec } from './download-specs';
import { toDiskError } from './part-file';

/** Progress of a running download. */
export interface DownloadProgress {
  /** `waiting`: before another attempt, after the connection broke. */
  readonly stage: 'connecting' | 'receiving' | 'waiting' | 'checking' | 'unpacking';
  readonly file: string;
  /** From 1. */
  readonly fileNumber: number;
  readonly fileCount: number;
  /** Bytes of this file; a server that cannot continue sets them back to 0. */
  readonly received: number;
  /** Null where the server does not say. */
  readonly total: number | null;
}

type Report = (progress: DownloadProgress) => void;

/** Milliseconds between reports of the same stage. */
const INTERVAL = 100;

/** Reports at once when the stage or the file changes or the file is complete, else about ten times a second. */
function throttle(report: Report): Report {
  let last: DownloadProgress | null = null;
  let at = 0;
  return (progress) => {
    const isNew = last?.stage !== progress.stage || last.file !== progress.file || progress.received === progress.total;
    if (!isNew && performance.now() - at < INTERVAL) return;
    [last, at] = [progress, performance.now()];
    report(progress);
  };
}

interface DownloadState<Spec> {
  readonly spec: Spec;
  /** Folder of the complete, verified set, or null. */
  readonly folder: string | null;
  /** Bytes of an unfinished download, from which the next one continues. */
  readonly partialBytes: number;
}

export interface DownloadsOptions<Spec extends DownloadSpec> {
  readonly folder: string;
  readonly specs: readonly Spec[];
  /** Milliseconds without a byte after which a connection is closed. */
  readonly stallAfter?: number;
  /** Milliseconds before each retry after a broken connection. */
  readonly retryAfter?: readonly number[];
  /** Whether http to this machine is allowed, for tests. */
  readonly allowLoopback?: boolean;
  readonly freeBytes?: FreeBytes;
}

interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called about ten times a second, and whenever the stage or the file changes. */
  readonly onProgress?: Report;
}

export class Downloads<Spec extends DownloadSpec> {
  private readonly options: Required<DownloadsOptions<Spec>>;

  constructor(options: DownloadsOptions<Spec>) {
    this.options = {
      stallAfter: 30_000,
      retryAfter: [1000, 2000, 4000, 8000],
      allowLoopback: false,
      freeBytes,
      ...options,
    };
  }

  list(): Promise<DownloadState<Spec>[]> {
    return Promise.all(
      this.options.specs.map(async (spec) => ({
        spec,
        folder: await this.find(spec.id),
        partialBytes: await countBytes(this.partFolder(spec)),
      })),
    );
  }

  /** The folder of a downloaded set, or null. Its files have their names and sizes; `download` verifies their content. */
  async find(id: string): Promise<string | null> {
    const folder = this.completeFolder(this.spec(id));
    return (await readRecord(folder, id)) && folder;
  }

  /**
   * Total size in bytes, from the specs or the servers; null where a server does not state it.
   * @throws DownloadError; the signal's reason when it is aborted
   */
  async getSize(id: string, signal?: AbortSignal): Promise<number | null> {
    let total = 0;
    for (const file of this.spec(id).files) {
      const bytes = await getFileSize(file, { ...this.options, signal });
      if (bytes === null) return null;
      total += bytes;
    }
    return total;
  }

  /**
   * Downloads missing files, continuing an earlier download. A complete set is verified.
   * @returns the folder of the complete, verified set
   * @throws DownloadError, UnknownIdError; the signal's reason when it is aborted; received bytes are kept
   */
  download(id: string, options: DownloadOptions = {}): Promise<string> {
    const spec = this.spec(id);
    return this.withLock(
      spec,
      async () => (await this.findVerified(spec, options)) ?? (await this.downloadFiles(spec, options)),
    );
  }

  private async findVerified(
    spec: DownloadSpec,
    { signal, onProgress = () => undefined }: DownloadOptions,
  ): Promise<string | null> {
    const [folder, report] = [this.completeFolder(spec), throttle(onProgress)];
    const record = await readRecord(folder, spec.id);
    if (record === null) return null;
    const onFile = (file: string, fileNumber: number, fileCount: number) =>
      report({ stage: 'checking', file, fileNumber, fileCount, received: 0, total: null });
    return (await matchesRecord(folder, record, { signal, onFile })) ? folder : null;
  }

  /** Removes a complete or partial download. @throws DownloadError while it is running */
  clear(id: string): Promise<void> {
    const spec = this.spec(id);
    return this.withLock(spec, async () => {
      await rm(this.partFolder(spec), { recursive: true, force: true });
      await rm(this.completeFolder(spec), { recursive: true, force: true });
    });
  }

  private async withLock<Result>(spec: DownloadSpec, work: () => Promise<Result>): Promise<Result> {
    const { folder } = this.options;
    await mkdir(folder, { recursive: true });
    const lock = join(folder, `${spec.id}.lock`);
    const release = await acquireLock(
      lock,
      () => new DownloadError('running', 'downloads.error.running', { name: spec.name, lock }),
    );
    try {
      return await work();
    } catch (error) {
      throw toDiskError(error, folder);
    } finally {
      await release();
    }
  }

  private async downloadFiles(
    spec: DownloadSpec,
    { signal, onProgress = () => undefined }: DownloadOptions,
  ): Promise<string> {
    signal?.throwIfAborted();
    const [target, part, report] = [this.completeFolder(spec), this.partFolder(spec), throttle(onProgress)];
    if (await lstat(target).catch(() => null))
      throw new DownloadError('changed', 'downloads.error.changed', { folder: target, name: spec.name });
    await mkdir(part, { recursive: true });
    const fileCount = spec.files.length;
    for (const [i, file] of spec.files.entries()) {
      const position = { file: file.name, fileNumber: i + 1, fileCount };
      await downloadFile({
        ...this.options,
        folder: part,
        file,
        signal,
        onStage: (stage, received, total) => report({ stage, ...position, received, total }),
      });
    }
    const onUnpacking = (file: string) =>
      report({ stage: 'unpacking', file, fileNumber: fileCount, fileCount, received: 0, total: null });
    await finaliseDownload(spec, { part, target, signal, onUnpacking });
    return target;
  }

  /** @throws UnknownIdError */
  spec(id: string): Spec {
    const spec = this.options.specs.find((known) => known.id === id);
    if (spec) return spec;
    throw new UnknownIdError('downloads.unknown', { id, known: this.options.specs.map((known) => known.id) });
  }

  private completeFolder = ({ id }: DownloadSpec) => join(this.options.folder, id);
  private partFolder = ({ id }: DownloadSpec) => join(this.options.folder, `${id}.part`);
}

/** Bytes of the files of a folder, without their .json metadata. */
async function countBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.json'));
  const sizes = await Promise.all(
    files.map(({ name }) =>
      lstat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((total, size) => total + size, 0);
}
