/** The window's first lines: fonts and styles of our own, then the app. */
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import 'uplot/dist/uPlot.min.css';
import './app/styles/tokens.css';
import './app/styles/base.css';
import './app/styles/presenter.css';
import { mount } from 'svelte';
import App from './app/App.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no element #app');
mount(App, { target, props: { host: window.mainApi } });
