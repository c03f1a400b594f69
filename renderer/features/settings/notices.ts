/** The licences of the packages inside the app, which the build has listed (`build/notices.mjs`). */

export interface Notice {
  readonly name: string;
  /** Empty for code that is no package. */
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string;
  readonly text: string;
}

/** Reads the list from the app's folder. @throws an error where it was not built */
export async function readNotices(): Promise<readonly Notice[]> {
  const file = 'third-party-notices.json';
  const response = await fetch(file);
  if (!response.ok) throw new Error(`${file}: ${response.status}`);
  return (await response.json()) as readonly Notice[];
}

/** The notices that contain each word of `query` in their name, licence or text. */
export function searchNotices(notices: readonly Notice[], query: string): readonly Notice[] {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
  return notices.filter(({ name, version, licence, text }) => {
    const content = `${name} ${version} ${licence} ${text}`.toLowerCase();
    return words.every((word) => content.includes(word));
  });
}
