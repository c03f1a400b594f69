/** A compiled language of the catalogue (build/messages.mjs). */
declare module 'virtual:messages/*' {
  type Compiled = (parameters: Readonly<Record<string, unknown>>) => string;
  const messages: Readonly<Record<string, Compiled>>;
  export default messages;
}
