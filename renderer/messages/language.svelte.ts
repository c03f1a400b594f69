/** The texts of the window, in its language. */
import { followLocale } from '../../electron/contract/format';
import { createFormatter } from './format-message';
import { loadCatalogue, localeOf, type LanguageOrPseudo } from './languages';
import { message, type Arguments, type MessageId, type Text } from './message';

let language = $state<LanguageOrPseudo>('en');
/** The language of the last call of `setLanguage`; null before the first. */
let requested: LanguageOrPseudo | null = null;
let format = $state.raw<(text: Text) => string>(String);

export const getLanguage = (): LanguageOrPseudo => language;
followLocale(() => localeOf(language));

/** Shows the window in a language from now on. Without a change nothing is drawn again: it is called at each change of a setting. */
export async function setLanguage(wanted: LanguageOrPseudo): Promise<void> {
  if (requested === wanted) return;
  requested = wanted;
  const catalogue = await loadCatalogue(wanted);
  // Another one may have been chosen meanwhile.
  if (requested !== wanted) return;
  language = wanted;
  format = createFormatter(catalogue, localeOf(wanted));
}

/** The text of a message in the window's language; follows a change of language in templates and derived values. */
export const t = <Id extends MessageId>(id: Id, ...args: Arguments<Id>): string => format(message(id, ...args));

/** A text that came from compute. */
export const formatText = (text: Text): string => format(text);
