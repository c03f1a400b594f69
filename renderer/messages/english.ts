/** Texts in English, for the command line, logs, and names that are searched in English too. */
import english from 'virtual:messages/en';
import { createFormatter } from './format-message';

export const formatEnglish = createFormatter(english, 'en');
