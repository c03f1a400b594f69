/** The page of components, with the fonts and styles of the window. */
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import 'uplot/dist/uPlot.min.css';
import '../../renderer/app/styles/tokens.css';
import '../../renderer/app/styles/base.css';
import '../../renderer/app/styles/presenter.css';
import { mount } from 'svelte';
import { setLanguage } from '../../renderer/messages/language.svelte';
import Gallery from './Gallery.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no element #app');
// State of an earlier visit would change the specimens.
sessionStorage.clear();
await setLanguage('en');
mount(Gallery, { target });
