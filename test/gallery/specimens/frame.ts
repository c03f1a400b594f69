import ComputeEndedBanner from '../../../renderer/app/ComputeEndedBanner.svelte';
import DropArea from '../../../renderer/ui/DropArea.svelte';
import ErrorMessage from '../../../renderer/ui/ErrorMessage.svelte';
import Menu from '../../../renderer/ui/Menu.svelte';
import Dialog from '../../../renderer/ui/Dialog.svelte';
import Page from '../../../renderer/ui/Page.svelte';
import Panel from '../../../renderer/ui/Panel.svelte';
import Segmented from '../../../renderer/ui/Segmented.svelte';
import { buttonSnippet, click, noop, specimen, textSnippet, type Specimen } from '../specimen';

const themes = [
  { value: 'system', label: 'System' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
] as const;
const items = [
  { label: 'Rename', onselect: noop },
  { label: 'Logarithmic', onselect: noop, pressed: true },
  { label: 'Duplicate', onselect: noop, disabled: true },
  { label: 'Delete', onselect: noop, danger: true },
];
const menu = { label: 'More', items, trigger: textSnippet('More …') };
const long =
  'A title that is far longer than any title ought to be, as a person gave it to a training on a long evening';

/** What a page and its parts are made of. */
export const parts: readonly Specimen[] = [
  specimen(
    'Page',
    Page,
    {
      usual: {
        title: 'Solve',
        subtitle: textSnippet('what the room is about'),
        actions: buttonSnippet('Edit'),
        children: textSnippet('Its content.'),
      },
      'long text, with a foot': {
        title: long,
        subtitle: textSnippet(`${long}, ${long.toLowerCase()}`),
        actions: buttonSnippet('Edit'),
        children: textSnippet('Its content.'),
        transport: textSnippet('Stays at the bottom.'),
      },
    },
    { width: 620, height: 220 },
  ),
  specimen('Panel', Panel, {
    plain: { title: 'Where we are', children: textSnippet('What the panel is about.') },
    'with a figure': {
      title: 'Change',
      aside: textSnippet('‖Δz‖ 0.0012'),
      children: textSnippet('What the panel is about.'),
    },
    'long text': { title: long, aside: textSnippet('‖Δz‖ 0.0012'), children: textSnippet(long) },
  }),
  specimen('Segmented', Segmented, {
    'the first': { label: 'Theme', options: themes, value: 'system', onselect: noop },
    'the last': { label: 'Theme', options: themes, value: 'light', onselect: noop },
  }),
  specimen('Menu', Menu, { closed: menu, small: { ...menu, buttonClass: 'button small' } }, { width: 120 }),
  specimen('Menu, opened', Menu, { opened: menu }, { width: 220, minHeight: 190, onmounted: click('summary') }),
  specimen(
    'Dialog',
    Dialog,
    {
      usual: { label: 'A dialog', onclose: noop, children: textSnippet('What is asked.') },
      'at the top': { label: 'A dialog', isAtTop: true, onclose: noop, children: textSnippet('What is typed.') },
    },
    { isDialog: true },
  ),
  specimen(
    'ErrorMessage',
    ErrorMessage,
    {
      'in a line': { title: 'That did not work.' },
      'with what was kept': { title: 'The run could not be read.', note: 'It is on disk as it was.' },
      'with details and a way on': {
        title: 'The puzzle could not be solved.',
        note: 'The puzzle and the model are as they were.',
        details: "EACCES: permission denied, open 'model.safetensors'",
        children: buttonSnippet('Try again'),
      },
      'long details': {
        title: long,
        details: `${'/a/folder/of/a/very/long/name'.repeat(8)}: ${long}`,
        children: buttonSnippet('Try again'),
      },
    },
    { width: 460 },
  ),
  specimen(
    'ComputeEndedBanner',
    ComputeEndedBanner,
    {
      gone: { reason: 'The computing process ended unexpectedly.', onrestart: noop },
      'long text': { reason: `The computing process could not be started: ${long}.`, onrestart: noop },
    },
    { width: 620 },
  ),
  specimen('DropArea', DropArea, { 'at rest': { text: 'Drop a file here', ondropfile: noop } }, { height: 90 }),
];
