/** What to do about an error of the disk, as a text for people. */
import { isText } from '../../renderer/messages/format-message';
import { message, type MessageId, type Text } from '../../renderer/messages/message';

/** By the reasons of `errorText`. */
const remedies: ReadonlyMap<MessageId, Text> = new Map([
  ['error.disk.full', message('error.remedy.full')],
  ['error.disk.noPermission', message('error.remedy.noPermission')],
  ['error.disk.readOnly', message('error.remedy.readOnly')],
  ['error.disk.missing', message('error.remedy.missing')],
  ['storage.dataFolder.missing', message('error.remedy.missing')],
  ['storage.locked', message('error.remedy.locked')],
]);

/** The reason followed by what to do about it; the reason alone where that is unknown, or part of it already. */
export function withRemedy(reason: Text): Text {
  const remedy = findRemedy(reason);
  return remedy === null ? reason : message('error.withRemedy', { reason, remedy });
}

/** What to do about the first error of the disk in a text; null where it has none. */
export function findRemedy(text: Text): Text | null {
  if (typeof text === 'string') return null;
  if (!('id' in text)) return text.map(findRemedy).find((found) => found !== null) ?? null;
  if (text.id === 'error.withRemedy') return null;
  const inner = Object.values(text.parameters).filter(isText);
  return remedies.get(text.id) ?? findRemedy(inner);
}
