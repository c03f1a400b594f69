/** Setup of the unit tests: the window's texts in English. */
import { setLanguage } from '../../renderer/messages/language.svelte';

await setLanguage('en');
