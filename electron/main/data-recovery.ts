/** The data were moved to a place that cannot be reached now: the one question that is asked before there is a window. */
import { app, dialog } from 'electron';
import { errorMessage } from '../contract/error-message';
import { resetDataFolder, defaultFolder } from '../compute/storage/data-folder';

const buttons = ['Look again', 'Use the usual folder', 'Quit'] as const;

/** Nothing is touched unless the usual folder is asked for, and then only the note of where the data were. */
export async function showRecoveryDialog(reason: unknown): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: 'TRM Puzzle Lab',
    message: 'The lab’s data folder is not there.',
    detail: `${errorMessage(reason)}.\n\nNothing is lost: connect its disk and look again. With the usual folder (${defaultFolder()}) the lab starts without those data; they can be chosen again in Settings.`,
    buttons: [...buttons],
    defaultId: 0,
    cancelId: 2,
  });
  if (response === 1) resetDataFolder();
  if (response !== 2) app.relaunch();
  app.exit();
}
