/** The language of the window, and its texts. */
import { followLocale } from '../../electron/contract/format';
import { createFormatter, type Catalogue } from './format-message';
import { message, type Arguments, type Message, type MessageId } from './message';

/** Languages with a complete catalogue, each with its own name for itself. */
export const languages = {
  en: 'English',
} as const;

export type Language = keyof typeof languages;

/** Each language is read when it is chosen. `en-XA` is the pseudo-locale of the pictures, never offered. */
const catalogues: Record<Language | 'en-XA', () => Promise<{ readonly default: Catalogue }>> = {
  en: () => import('virtual:messages/en'),
  'en-XA': () => import('virtual:messages/en-XA'),
};

let locale = $state<Language | 'en-XA'>('en');
let format = $state.raw<(message: Message) => string>(({ id }) => id);

/** BCP 47 tag for Intl. The pseudo-locale counts and formats as English does. */
export const getLocale = (): string => (locale === 'en-XA' ? 'en' : locale);
followLocale(getLocale);

/** Shows the window in a language from now on. */
export async function setLanguage(language: Language | 'en-XA'): Promise<void> {
  const { default: catalogue } = await catalogues[language]();
  locale = language;
  format = createFormatter(catalogue, getLocale());
}

/** The first of the system's languages that there is a catalogue for; else English. @param wanted BCP 47 tags, preferred first */
export function matchLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = tag.split('-')[0];
    const match = (Object.keys(languages) as Language[]).find((known) => known.split('-')[0] === language);
    if (match) return match;
  }
  return 'en';
}

/** The text of a message in the window's language; follows a change of language in templates and derived values. */
export const t = <Id extends MessageId>(id: Id, ...args: Arguments<Id>): string => format(message(id, ...args));

/** The text of a message that came from compute. */
export const formatMessage = (text: Message): string => format(text);
