/** The languages that there are catalogues for. */
import type { Catalogue } from './format-message';

/** Each with its own name for itself. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  'zh-CN': '简体中文',
} as const;

export type Language = keyof typeof languages;

/** Not offered: shows clipped and untranslated text in the pictures (build/messages/pseudo-locale.mjs). */
export const PSEUDO_LOCALE = 'en-XA';

export type LanguageOrPseudo = Language | typeof PSEUDO_LOCALE;

/** In settings: the language of the system, or one that was chosen. */
export const languageChoices = ['system', ...(Object.keys(languages) as Language[]), PSEUDO_LOCALE] as const;

export type LanguageChoice = (typeof languageChoices)[number];

/** Each language is read when it is used. */
const catalogues: Record<LanguageOrPseudo, () => Promise<{ readonly default: Catalogue }>> = {
  en: () => import('virtual:messages/en'),
  de: () => import('virtual:messages/de'),
  fr: () => import('virtual:messages/fr'),
  es: () => import('virtual:messages/es'),
  'zh-CN': () => import('virtual:messages/zh-CN'),
  'en-XA': () => import('virtual:messages/en-XA'),
};

export const loadCatalogue = async (language: LanguageOrPseudo): Promise<Catalogue> =>
  (await catalogues[language]()).default;

/** BCP 47 tag for Intl. The pseudo-locale counts and formats as English does. */
export const localeOf = (language: LanguageOrPseudo): string => (language === PSEUDO_LOCALE ? 'en' : language);

/** The language of a choice; of the system's languages the first that there is a catalogue for, else English. @param system BCP 47 tags, preferred first */
export function resolveLanguage(choice: LanguageChoice, system: readonly string[]): LanguageOrPseudo {
  if (choice !== 'system') return choice;
  for (const tag of system) {
    const match = (Object.keys(languages) as Language[]).find((known) => primary(known) === primary(tag));
    if (match) return match;
  }
  return 'en';
}

const primary = (tag: string): string | undefined => tag.split('-')[0];
