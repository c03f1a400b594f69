/** Command lines for a shell: quoting arguments, and keeping commands from files from doing anything else. */

const PLAIN = String.raw`[\w@%+=:,./-]+`;
const QUOTED = String.raw`'[^'\p{C}]*'(?:\\''[^'\p{C}]*')*`;
const ESCAPED = String.raw`\$'(?:[^'\\\p{C}]|\\['\\]|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*'`;

const isPlain = new RegExp(`^${PLAIN}$`, 'u');
const isTraining = new RegExp(`^train(?: --[a-z-]+(?: (?:${PLAIN}|${QUOTED}|${ESCAPED}))?)*$`, 'u');

/** An argument for a POSIX shell; invisible characters in the form that bash and zsh read: `$'\u202e'`. */
export function quoteArgument(text: string): string {
  if (isPlain.test(text)) return text;
  if (!/\p{C}/u.test(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = text.replace(/['\\]/gu, String.raw`\$&`).replace(/\p{C}/gu, escapeCharacter);
  return `$'${escaped}'`;
}

function escapeCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}

/** A recorded training command as it may be pasted into a shell: one that came with a file and is anything else becomes a comment. */
export const pasteableCommand = (command: string): string =>
  isTraining.test(command) ? command : `# ${command.replace(/\p{C}/gu, ' ')}`;
