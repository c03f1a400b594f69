/**
 * Paths of the window's requests: tokens of main, which stand for files that the user has chosen. A request with anything else is
 * refused. Requests of the command line have real paths and do not pass through here.
 */
import type { FileGrant } from '../../contract/compute-messages';
import type { Handlers, Input, RequestName } from '../../contract/contract';
import { MessageError } from '../../../renderer/messages/message';

/** Fields with a path, of all requests that have one. */
const pathFields = {
  inspectFiles: { path: 'read' },
  importDataset: { path: 'read' },
  exportDataset: { out: 'write' },
  importModel: { path: 'read', configFile: 'read' },
  exportModel: { out: 'write' },
  exportRun: { out: 'write' },
  importRun: { path: 'read' },
  exportExperiment: { out: 'write' },
  checkDataFolder: { path: 'read' },
} as const satisfies Partial<Record<RequestName, Readonly<Record<string, FileGrant['access']>>>>;

type FileRequest = keyof typeof pathFields;

/** Milliseconds to wait for a grant, which arrives on another port than the request that uses it. */
const GRANT_TIMEOUT = 2000;

export class GrantedFiles {
  private readonly grants = new Map<string, FileGrant>();
  private readonly waiting = new Map<string, (() => void)[]>();
  /** Folders that were checked as a destination of the data, which the window may name. */
  private readonly destinations = new Set<string>();

  /** @param timeout milliseconds to wait for a grant */
  constructor(private readonly timeout = GRANT_TIMEOUT) {}

  add(grant: FileGrant): void {
    this.grants.set(grant.token, grant);
    this.waiting.get(grant.token)?.forEach((resolve) => resolve());
    this.waiting.delete(grant.token);
  }

  /** The handlers for the window. @throws MessageError from a handler for a path that was not granted */
  protect(handlers: Handlers): Handlers {
    return {
      ...handlers,
      ...Object.fromEntries(
        Object.keys(pathFields).map((name) => [name, this.protected(handlers, name as FileRequest)]),
      ),
      checkDataFolder: async (input, signal) => {
        const destination = await handlers.checkDataFolder(await this.resolveInput('checkDataFolder', input), signal);
        this.destinations.add(destination.folder);
        return destination;
      },
      copyDataFolder: async (input, signal) => {
        if (!this.destinations.has(input.path)) throw new MessageError('error.notGranted');
        return handlers.copyDataFolder(input, signal);
      },
    };
  }

  private protected(handlers: Handlers, name: FileRequest) {
    // The name picks handler and input together, which TypeScript cannot follow through the union.
    const handler = handlers[name] as (input: unknown, signal: AbortSignal) => unknown;
    return async (input: Input<FileRequest>, signal: AbortSignal) =>
      handler(await this.resolveInput(name, input), signal);
  }

  private async resolveInput<Name extends FileRequest>(name: Name, input: Input<Name>): Promise<Input<Name>> {
    const resolved: Record<string, unknown> = { ...input };
    for (const [field, access] of Object.entries(pathFields[name]))
      if (resolved[field] !== undefined) resolved[field] = await this.resolve(resolved[field] as string, access);
    return resolved as Input<Name>;
  }

  private async resolve(token: string, access: FileGrant['access']): Promise<string> {
    if (!this.grants.has(token)) await this.waitFor(token);
    const grant = this.grants.get(token);
    if (grant?.access !== access) throw new MessageError('error.notGranted');
    return grant.path;
  }

  private waitFor(token: string): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(token);
        resolve();
      };
      const timer = setTimeout(done, this.timeout);
      this.waiting.set(token, [...(this.waiting.get(token) ?? []), done]);
    });
  }
}
