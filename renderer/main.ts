/** The window's first lines: fonts and styles of our own, then the app. */
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import 'uplot/dist/uPlot.min.css';
import './app/styles/tokens.css';
import './app/styles/base.css';
import './app/styles/presenter.css';
import { mount } from 'svelte';
import { defaultPreferences } from '../electron/contract/main-api';
import App from './app/App.svelte';
import { setLanguage } from './messages/language.svelte';
import { resolveLanguage } from './messages/languages';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no element #app');
// The first thing drawn is in the language of the settings.
const { language } = await window.mainApi.getSettings().catch(() => defaultPreferences);
await setLanguage(resolveLanguage(language, navigator.languages));
mount(App, { target, props: { mainApi: window.mainApi } });
