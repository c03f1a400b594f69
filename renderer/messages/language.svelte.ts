/** The texts of the window, in its language. */
import { followLocale } from '../../electron/contract/format';
import { createLanguageLoader } from './language-loader';
import { localeOf, type LanguageOrPseudo } from './languages';
import { message, type Arguments, type MessageId, type Text } from './message';

let language = $state<LanguageOrPseudo>('en');
let format = $state.raw<(text: Text) => string>(String);

export const getLanguage = (): LanguageOrPseudo => language;
followLocale(() => localeOf(language));

/** Shows the window in another language. Does nothing for the present one, since it is called at each change of a setting. */
export const setLanguage = createLanguageLoader((loaded, loadedFormat) => {
  language = loaded;
  format = loadedFormat;
});

/** The text of a message in the window's language; follows a change of language in templates and derived values. */
export const t = <Id extends MessageId>(id: Id, ...args: Arguments<Id>): string => format(message(id, ...args));

/** Formats a text of compute. */
export const formatText = (text: Text): string => format(text);
