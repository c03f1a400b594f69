/** Loads languages; shared by the window and the main process. */
import { createFormatter } from './format-message';
import { loadCatalogue, localeOf, type LanguageOrPseudo } from './languages';
import type { Text } from './message';

type Format = (text: Text) => string;

/**
 * Returns a function that changes the language. If a second change starts while the first one is loading, only the second
 * takes effect; a change to the present language has no effect.
 * @param use called with a loaded language
 */
export function createLanguageLoader(
  use: (language: LanguageOrPseudo, format: Format) => void,
): (wanted: LanguageOrPseudo) => Promise<void> {
  /** The language of the last call; null before the first. */
  let requested: LanguageOrPseudo | null = null;
  return async (wanted) => {
    if (requested === wanted) return;
    requested = wanted;
    const catalogue = await loadCatalogue(wanted);
    if (requested === wanted) use(wanted, createFormatter(catalogue, localeOf(wanted)));
  };
}
