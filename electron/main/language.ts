/** The texts of the main process, for the menu and native dialogs, in the language of the window. */
import { app } from 'electron';
import { createFormatter } from '../../renderer/messages/format-message';
import { loadCatalogue, localeOf, resolveLanguage, type LanguageChoice } from '../../renderer/messages/languages';
import { message, type Arguments, type MessageId, type Text } from '../../renderer/messages/message';

let format: (text: Text) => string = String;

/** Uses a language from now on. Called before the first text is needed. */
export async function setMainLanguage(choice: LanguageChoice): Promise<void> {
  const language = resolveLanguage(choice, app.getPreferredSystemLanguages());
  format = createFormatter(await loadCatalogue(language), localeOf(language));
}

/** The text of a message. */
export const t = <Id extends MessageId>(id: Id, ...args: Arguments<Id>): string => format(message(id, ...args));
