export interface PackageLicence {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as the package writes it. */
  readonly licence?: string | undefined;
  readonly text?: string;
}

/** @param name of an installed package */
export function readPackage(name: string): PackageLicence;

/** The packages that Vite does not list, and everything that package.json needs at run time. */
export function installedPackages(): PackageLicence[];

/** Returns each package once, sorted by name, with the text of its licence. @throws SetupError for missing texts and unknown licences */
export function checkNotices(packages: readonly PackageLicence[]): Required<PackageLicence & { licence: string }>[];
