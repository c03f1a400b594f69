// Generated from en.json (build/messages.mjs). Do not edit.
import type { Text } from './message';

/** The parameters of each message. */
export interface MessageParameters {
  'app.menu.closeWindow': Record<never, never>;
  'app.menu.copy': Record<never, never>;
  'app.menu.cut': Record<never, never>;
  'app.menu.defaultTextSize': Record<never, never>;
  'app.menu.edit': Record<never, never>;
  'app.menu.file': Record<never, never>;
  'app.menu.fullScreen': Record<never, never>;
  'app.menu.largerText': Record<never, never>;
  'app.menu.minimize': Record<never, never>;
  'app.menu.paste': Record<never, never>;
  'app.menu.quit': Record<never, never>;
  'app.menu.redo': Record<never, never>;
  'app.menu.selectAll': Record<never, never>;
  'app.menu.smallerText': Record<never, never>;
  'app.menu.undo': Record<never, never>;
  'app.menu.view': Record<never, never>;
  'app.menu.window': Record<never, never>;
  'app.recovery.detail': { readonly reason: Text; readonly folder: Text };
  'app.recovery.message': Record<never, never>;
  'app.recovery.quit': Record<never, never>;
  'app.recovery.retry': Record<never, never>;
  'app.recovery.useDefault': Record<never, never>;
  'app.startFailed': Record<never, never>;
  'app.views': Record<never, never>;
  'common.cancel': Record<never, never>;
  'common.close': Record<never, never>;
  'common.undo': Record<never, never>;
  'settings.appearance.dark': Record<never, never>;
  'settings.appearance.fullMotion': Record<never, never>;
  'settings.appearance.language': Record<never, never>;
  'settings.appearance.light': Record<never, never>;
  'settings.appearance.motion': Record<never, never>;
  'settings.appearance.motionHint': Record<never, never>;
  'settings.appearance.reducedMotion': Record<never, never>;
  'settings.appearance.system': Record<never, never>;
  'settings.appearance.textSize': Record<never, never>;
  'settings.appearance.textSizeHint': Record<never, never>;
  'settings.appearance.theme': Record<never, never>;
  'settings.appearance.title': Record<never, never>;
}
