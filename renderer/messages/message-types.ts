// Generated from en.json (build/messages.mjs). Do not edit.

/** The parameters of each message. */
export interface MessageParameters {
  'app.views': Record<never, never>;
  'common.cancel': Record<never, never>;
  'common.close': Record<never, never>;
  'common.undo': Record<never, never>;
}
