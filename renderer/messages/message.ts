/** A text of the catalogue before it has a language: what happened, as an id with parameters. */
import { formatEnglish } from './english';
import type { MessageParameters } from './message-types';

export type MessageId = keyof MessageParameters;

/**
 * Compute, datasets and models return messages; the window and the command line format them. Made by `message`, which
 * checks that the parameters fit the id: a union of all pairs of both has too many members for the type checker.
 */
export interface Message {
  readonly id: MessageId;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What a parameter of a message may hold: a name or a path as it is, another message, or several of them as a list. */
export type Text = string | Message | readonly Text[];

/** Parameters may be left out where a message has none. */
export type Arguments<Id extends MessageId> =
  MessageParameters[Id] extends Record<never, never>
    ? keyof MessageParameters[Id] extends never
      ? []
      : [MessageParameters[Id]]
    : [MessageParameters[Id]];

export function message<Id extends MessageId>(id: Id, ...[parameters]: Arguments<Id>): Message {
  return { id, parameters: parameters ?? {} };
}

/** Whether a text is one of some messages. */
export const hasId = (text: Text | null, ids: readonly MessageId[]): boolean =>
  typeof text === 'object' && text !== null && 'id' in text && ids.includes(text.id);

/** An error that a user sees. `text` is formatted in the reader's language; `message` is English, for logs. */
export class MessageError<Id extends MessageId = MessageId> extends Error {
  override readonly name: string = 'MessageError';
  readonly text: Message;

  constructor(id: Id, ...args: Arguments<Id>) {
    const text = message(id, ...args);
    super(formatEnglish(text));
    this.text = text;
  }
}
