/** Links to what the window shows, to be pasted into the command palette of this or another computer with the same data. */
import { formatHash, parseHash, type ViewLocation } from './navigation.svelte';

const scheme = 'trm-puzzle-lab://';

export const formatLink = (location: ViewLocation): string => `${scheme}${formatHash(location)}`;

/** Null for other text, and for a link to none of the views. */
export function parseLink(text: string, viewIds: readonly string[]): ViewLocation | null {
  const link = text.trim();
  if (!link.startsWith(scheme)) return null;
  const hash = link.slice(scheme.length);
  return viewIds.some((id) => hash === id || hash.startsWith(`${id}/`)) ? parseHash(hash, viewIds) : null;
}
