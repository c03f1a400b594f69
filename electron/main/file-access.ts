/**
 * Files that the user has chosen in a dialog or dropped on the window. The page gets a token for each, which only compute can
 * turn into the path: a page that was taken over can neither read nor write other files.
 */
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { FileGrant } from '../contract/compute-messages';
import type { ChosenFile } from '../contract/main-api';

/** Grants that are remembered for a restarted compute process. */
const MAX_GRANTS = 200;

export class FileAccess {
  private grants: readonly FileGrant[] = [];

  /** @param send hands a grant to compute */
  constructor(private readonly send: (grant: FileGrant) => void) {}

  /** Grants access to a file or folder. @returns null for no path: the user has cancelled */
  grant(path: string | null | undefined, access: FileGrant['access']): ChosenFile | null {
    if (!path) return null;
    const grant: FileGrant = { type: 'file', token: randomUUID(), path, access };
    this.grants = [...this.grants, grant].slice(-MAX_GRANTS);
    this.send(grant);
    return { token: grant.token, name: basename(path) };
  }

  /** Call when compute has started. */
  sendAll(): void {
    this.grants.forEach(this.send);
  }
}
