import House from '@lucide/svelte/icons/house';
import ComputeGone from '../../components/frame/ComputeGone.svelte';
import DropArea from '../../components/frame/DropArea.svelte';
import Failure from '../../components/frame/Failure.svelte';
import Logo from '../../components/frame/Logo.svelte';
import Panel from '../../components/frame/Panel.svelte';
import RailButton from '../../components/frame/RailButton.svelte';
import Segmented from '../../components/frame/Segmented.svelte';
import { nothing, specimen, words, type Chapter } from '../specimen';

const themes = [{ value: 'system', label: 'As the system' }, { value: 'dark', label: 'Dark' }, { value: 'light', label: 'Light' }] as const;

export const frame: Chapter = {
  title: 'Frame',
  specimens: [
    specimen('Logo', Logo, { small: { size: 24 }, large: { size: 64 } }, { width: 80 }),
    specimen('Panel', Panel, {
      plain: { title: 'Where we are', children: words('What the panel is about.') },
      'with a figure': { title: 'Change', aside: words('‖Δz‖ 0.0012'), children: words('What the panel is about.') },
    }),
    specimen('Segmented', Segmented, { 'the first': { label: 'Theme', options: themes, value: 'system', onchoose: nothing }, 'the last': { label: 'Theme', options: themes, value: 'light', onchoose: nothing } }),
    specimen('RailButton', RailButton, {
      'at rest': { icon: House, label: 'Home', onclick: nothing },
      current: { icon: House, label: 'Home', current: true, onclick: nothing },
    }, { width: 76 }),
    specimen('Failure', Failure, {
      'in a line': { what: 'That did not work.' },
      'with what was kept': { what: 'The run could not be read.', kept: 'It is on disk as it was.' },
      'with details and a way on': {
        what: 'The puzzle could not be solved.', kept: 'The puzzle and the model are as they were.',
        details: 'EACCES: permission denied, open \'model.safetensors\'', children: words('Try again'),
      },
    }, { width: 460 }),
    specimen('ComputeGone', ComputeGone, { gone: { reason: 'The computing process ended unexpectedly.', onrestart: nothing } }, { width: 620 }),
    specimen('DropArea', DropArea, { 'at rest': { words: 'Drop a file here', ontake: nothing } }, { height: 90 }),
  ],
};
