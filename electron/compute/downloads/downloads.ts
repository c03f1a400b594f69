/**
 * Public sets on request. A set is worked on in `<id>.part`, and its folder takes the name `<id>` only when every file
 * of it is there and verified: whatever happens before, nothing of that name exists.
 */
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UnknownIdError } from '../../../datasets/kinds/kind-family';
import type { FreeBytes } from '../storage/disk-usage';
import { freeBytes } from '../storage/disk-usage';
import { acquireLock } from '../storage/lock-file';
import { completeSet, readRecord } from './complete-set';
import { DownloadError, sizeOf } from './connection';
import { fetchFile } from './download-file';
import type { DownloadSpec } from './download-specs';
import { downloadSpecs } from './download-specs';
import { diskFailure } from './part-file';
/** What is told of a download while it runs. */

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

/** Passes on a report at once when the stage or the file changes or the file is all there, else some ten a second. */
function throttled(report: Report): Report {
  let last: DownloadProgress | null = null;
  let at = 0;
  return (progress) => {
    const isNew = last?.stage !== progress.stage || last.file !== progress.file || progress.received === progress.total;
    if (!isNew && performance.now() - at < INTERVAL) return;
    [last, at] = [progress, performance.now()];
    report(progress);
  };
}

interface DownloadState {
  readonly spec: DownloadSpec;
  /** The complete, verified set, or null. */
  readonly folder: string | null;
  /** Bytes of an unfinished download, which the next one goes on from. */
  readonly kept: number;
}

export interface DownloadsOptions {
  readonly folder: string;
  readonly specs?: readonly DownloadSpec[];
  /** Milliseconds without a byte after which a connection is given up. */
  readonly stallAfter?: number;
  /** Milliseconds before each further attempt after a broken connection. */
  readonly retryAfter?: readonly number[];
  /** Whether http to this very machine will do, for tests. */
  readonly allowLoopback?: boolean;
  readonly freeBytes?: FreeBytes;
}

interface FetchOptions {
  readonly signal?: AbortSignal | undefined;
  /** Some ten times a second, and whenever the stage or the file changes. */
  readonly onProgress?: Report;
}

export class Downloads {
  private readonly options: Required<DownloadsOptions>;

  constructor(options: DownloadsOptions) {
    this.options = {
      specs: downloadSpecs,
      stallAfter: 30_000,
      retryAfter: [1000, 2000, 4000, 8000],
      allowLoopback: false,
      freeBytes,
      ...options,
    };
  }

  list(): Promise<DownloadState[]> {
    return Promise.all(
      this.options.specs.map(async (spec) => ({
        spec,
        folder: await this.find(spec.id),
        kept: await bytesIn(this.partOf(spec)),
      })),
    );
  }

  /** The folder of a set that has been fetched and is as it was then, or null. */
  async find(id: string): Promise<string | null> {
    const folder = this.folderOf(this.spec(id));
    return (await readRecord(folder, id)) && folder;
  }

  /**
   * Bytes that all files take, as far as they are known here or the servers tell; null where one does not.
   * @throws DownloadError; the signal's reason when it is aborted
   */
  async sizes(id: string, signal?: AbortSignal): Promise<number | null> {
    let total = 0;
    for (const file of this.spec(id).files) {
      const bytes = await sizeOf(file, { ...this.options, signal });
      if (bytes === null) return null;
      total += bytes;
    }
    return total;
  }

  /**
   * Fetches what is not there yet, going on where an earlier fetch ended.
   * @returns the folder of the complete, verified set
   * @throws DownloadError, UnknownIdError; the signal's reason when it is aborted, and then all that came is kept
   */
  fetch(id: string, options: FetchOptions = {}): Promise<string> {
    const spec = this.spec(id);
    return this.alone(spec, async () => (await this.find(id)) ?? (await this.fetchAnew(spec, options)));
  }

  /** Removes what was fetched, whole or in part. @throws DownloadError while it is being fetched */
  forget(id: string): Promise<void> {
    const spec = this.spec(id);
    return this.alone(spec, async () => {
      await rm(this.partOf(spec), { recursive: true, force: true });
      await rm(this.folderOf(spec), { recursive: true, force: true });
    });
  }

  private async alone<Result>(spec: DownloadSpec, work: () => Promise<Result>): Promise<Result> {
    const { folder } = this.options;
    await mkdir(folder, { recursive: true });
    const lock = join(folder, `${spec.id}.lock`);
    const release = await acquireLock(
      lock,
      () =>
        new DownloadError('running', `${spec.name} is being downloaded already, here or in another window (${lock})`),
    );
    try {
      return await work();
    } catch (error) {
      throw diskFailure(error, folder);
    } finally {
      await release();
    }
  }

  private async fetchAnew(spec: DownloadSpec, { signal, onProgress = () => undefined }: FetchOptions): Promise<string> {
    signal?.throwIfAborted();
    const [target, part, report] = [this.folderOf(spec), this.partOf(spec), throttled(onProgress)];
    if (await lstat(target).catch(() => null))
      throw new DownloadError(
        'changed',
        `${target} is no longer as it was downloaded: remove it to fetch ${spec.name} again`,
      );
    await mkdir(part, { recursive: true });
    const fileCount = spec.files.length;
    for (const [i, file] of spec.files.entries()) {
      const place = { file: file.name, fileNumber: i + 1, fileCount };
      await fetchFile({
        ...this.options,
        folder: part,
        file,
        signal,
        onStage: (stage, received, total) => report({ stage, ...place, received, total }),
      });
    }
    const onUnpacking = (file: string) =>
      report({ stage: 'unpacking', file, fileNumber: fileCount, fileCount, received: 0, total: null });
    await completeSet(spec, { part, target, signal, onUnpacking });
    return target;
  }

  private spec(id: string): DownloadSpec {
    const spec = this.options.specs.find((known) => known.id === id);
    if (spec) return spec;
    throw new UnknownIdError(
      `unknown download "${id}"; known: ${this.options.specs.map((known) => known.id).join(', ')}`,
    );
  }

  private folderOf = ({ id }: DownloadSpec) => join(this.options.folder, id);
  private partOf = ({ id }: DownloadSpec) => join(this.options.folder, `${id}.part`);
}

/** Bytes of the files of a folder, without what only describes them. */
async function bytesIn(folder: string): Promise<number> {
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
