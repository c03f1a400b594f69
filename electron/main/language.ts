/** The texts of the main process, for the menu and native dialogs, in the language of the window. */
import { app } from 'electron';
import { formatEnglish } from '../../renderer/messages/english';
import { createLanguageLoader } from '../../renderer/messages/language-loader';
import { resolveLanguage, type LanguageChoice } from '../../renderer/messages/languages';
import { message, type Arguments, type MessageId, type Text } from '../../renderer/messages/message';

/** English until the first language is loaded. */
let format: (text: Text) => string = formatEnglish;

const loadLanguage = createLanguageLoader((_language, loaded) => (format = loaded));

/** Changes the language. */
export const setMainLanguage = (choice: LanguageChoice): Promise<void> =>
  loadLanguage(resolveLanguage(choice, app.getPreferredSystemLanguages()));

/** Formats a message. */
export const t = <Id extends MessageId>(id: Id, ...args: Arguments<Id>): string => format(message(id, ...args));

/** Formats a text, e.g. of an error. */
export const formatText = (text: Text): string => format(text);
