import { createRawSnippet } from 'svelte';
import ComputeBanner from '../../../renderer/app/ComputeBanner.svelte';
import ReadOnlyBanner from '../../../renderer/app/ReadOnlyBanner.svelte';
import NameForm from '../../../renderer/app/NameForm.svelte';
import DropDialog from '../../../renderer/app/drop/DropDialog.svelte';
import DropArea from '../../../renderer/ui/DropArea.svelte';
import ErrorMessage from '../../../renderer/ui/ErrorMessage.svelte';
import Menu from '../../../renderer/ui/Menu.svelte';
import Dialog from '../../../renderer/ui/Dialog.svelte';
import Page from '../../../renderer/ui/Page.svelte';
import Panel from '../../../renderer/ui/Panel.svelte';
import Segmented from '../../../renderer/ui/Segmented.svelte';
import VirtualList from '../../../renderer/ui/VirtualList.svelte';
import { message } from '../../../renderer/messages/message';
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
const longText =
  'A title that is much longer than a title should be, as somebody might give to a run late in the evening';

const rowSnippet = createRawSnippet((row: () => unknown) => ({
  render: () => `<button class="button" data-row-focus>Row ${String(row())}</button>`,
}));

/** Pages, panels, menus, dialogs and messages. */
export const parts: readonly Specimen[] = [
  specimen(
    'Page',
    Page,
    {
      usual: {
        title: 'Solve',
        subtitle: textSnippet('a description of the view'),
        actions: buttonSnippet('Edit'),
        children: textSnippet('Content.'),
      },
      'long text, with a bottom bar': {
        title: longText,
        subtitle: textSnippet(`${longText}, ${longText.toLowerCase()}`),
        actions: buttonSnippet('Edit'),
        children: textSnippet('Content.'),
        transport: textSnippet('Stays at the bottom.'),
      },
    },
    { width: 620, height: 220 },
  ),
  specimen('Panel', Panel, {
    plain: { title: 'Position', children: textSnippet('Content.') },
    'with a value': {
      title: 'Change',
      aside: textSnippet('‖Δz‖ 0.0012'),
      children: textSnippet('Content.'),
    },
    'long text': { title: longText, aside: textSnippet('‖Δz‖ 0.0012'), children: textSnippet(longText) },
  }),
  specimen('Segmented', Segmented, {
    'first selected': { label: 'Theme', options: themes, value: 'system', onselect: noop },
    'last selected': { label: 'Theme', options: themes, value: 'light', onselect: noop },
  }),
  specimen('Menu', Menu, { closed: menu, small: { ...menu, buttonClass: 'button small' } }, { width: 120 }),
  specimen('Menu, opened', Menu, { opened: menu }, { width: 220, minHeight: 190, onmounted: click('summary') }),
  specimen(
    'Dialog',
    Dialog,
    {
      usual: { label: 'A dialog', onclose: noop, children: textSnippet('A question.') },
      titled: { label: 'A dialog', hasTitle: true, onclose: noop, children: textSnippet('A list.') },
      'at the top': { label: 'A dialog', isAtTop: true, onclose: noop, children: textSnippet('A text field.') },
    },
    { isDialog: true },
  ),
  specimen('NameForm', NameForm, {
    usual: { id: 'name', name: 'Newspaper', isBusy: false, onrename: noop, oncancel: noop },
    busy: { id: 'name', name: longText.slice(0, 100), isBusy: true, onrename: noop, oncancel: noop },
  }),
  specimen(
    'DropDialog',
    DropDialog,
    {
      'a puzzle file': { name: 'newspaper.txt', onchoose: noop, onclose: noop },
      'a folder': { name: 'step_1000', onchoose: noop, onclose: noop },
    },
    { isDialog: true },
  ),
  specimen(
    'ErrorMessage',
    ErrorMessage,
    {
      'title only': { title: 'Could not start the run.' },
      'with a note': { title: 'Could not read the run.', note: 'The files are unchanged.' },
      'with details and a button': {
        title: 'Could not solve the puzzle.',
        note: 'The puzzle and the model are unchanged.',
        details: "EACCES: permission denied, open 'model.safetensors'",
        children: buttonSnippet('Try again'),
      },
      'long details': {
        title: longText,
        details: `${'/a/folder/of/a/very/long/name'.repeat(8)}: ${longText}`,
        children: buttonSnippet('Try again'),
      },
    },
    { width: 460 },
  ),
  specimen(
    'ComputeBanner',
    ComputeBanner,
    {
      exited: { state: { state: 'exited', reason: 'The compute process exited unexpectedly.' }, onrestart: noop },
      hung: { state: { state: 'hung' }, onrestart: noop },
      'long text': {
        state: { state: 'exited', reason: `The compute process could not be started: ${longText}.` },
        onrestart: noop,
      },
    },
    { width: 620 },
  ),
  specimen(
    'ReadOnlyBanner',
    ReadOnlyBanner,
    {
      'not writable': {
        reason: message('storage.dataFolder.notWritable', {
          folder: '/home/ada/lab',
          reason: message('error.disk.noPermission'),
        }),
      },
      missing: { reason: message('storage.dataFolder.missing', { folder: '/media/ada/stick/lab' }) },
      'in use': { reason: message('storage.locked') },
    },
    { width: 620 },
  ),
  specimen('DropArea', DropArea, { usual: { text: 'Drop a file here', ondropfile: noop } }, { height: 90 }),
  specimen(
    'VirtualList',
    VirtualList,
    {
      '2,000 rows': {
        items: Array.from({ length: 2000 }, (_, index) => index + 1),
        keyOf: String,
        label: 'Rows',
        estimate: 34,
        row: rowSnippet,
      },
      'no rows': { items: [], keyOf: String, label: 'Rows', estimate: 34, row: rowSnippet },
    },
    { height: 240 },
  ),
];
