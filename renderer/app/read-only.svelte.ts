/** What buttons that change the data folder have in common: while it is read-only they are disabled, and say why. */
import { t } from '../messages/language.svelte';
import type { Text } from '../messages/message';

let readOnlyReason = $state.raw<Text | null>(null);

/** @param reason why the data folder is read-only; null if it is not */
export const setReadOnly = (reason: Text | null): void => void (readOnlyReason = reason);

interface WriteAttributes {
  readonly disabled: boolean;
  readonly title: string | undefined;
}

/**
 * Attributes of a button, or properties of a menu item, that changes the data folder.
 * @param isDisabled for another reason
 * @param title its tooltip while it is not read-only
 */
export const writeAttributes = (isDisabled = false, title?: string): WriteAttributes =>
  readOnlyReason === null
    ? { disabled: isDisabled, title }
    : { disabled: true, title: t('app.readOnly.action', { reason: readOnlyReason }) };
