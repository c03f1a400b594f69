/**
 * Text for people comes from the message catalogue: no words in the markup, in the attributes that are read aloud, or
 * in strings of the window's code.
 */

/** Attributes and properties whose value is shown or read aloud. */
const shown =
  /^(aria-(label|description|roledescription|valuetext)|alt|label|placeholder|title|text|name|summary|heading|hint)$/;
const words = /\p{L}{2}/u;
/** Two words, or one that begins like a sentence: ids, keys and class names look otherwise. */
const sentence = /\p{L}{2,}[,.:;…]? \p{L}|^\p{Lu}\p{Ll}+( |$|…)/u;
/** Values of `KeyboardEvent.key`, names of this kind, and combinations such as `Alt+ArrowLeft Mod+[`. */
const keyName =
  /^((Enter|Esc|Escape|Tab|Space|Home|End|Delete|Backspace|Shift|Ctrl|Control|Mod|Alt|Meta|Arrow(Left|Right|Up|Down)|Page(Up|Down))(\+\S+)?( |$))+$/;
/** Parts of style sheets: media queries, declarations, fonts. */
const css = /^\(prefers-|^\{ [a-z-]+: |^[a-z-]+:[a-z-]+\(|^\d+px /;
/** Names that are the same in every language. */
const properName = /^(TRM Puzzle Lab|PyTorch|TensorBoard|ONNX|Hugging Face|Sudoku|CUDA|DirectML|CoreML)$/;

const isText = (value) =>
  sentence.test(value) && ![keyName, css, properName].some((technical) => technical.test(value));

/** Strings that are no text: modules, types, class lists, errors for developers, queries of the page, what is compared. */
function isTechnical(node, source) {
  for (let at = node; at; at = at.parent) {
    if (/^(Import|ExportAll|ExportNamed|TS)/.test(at.type)) return true;
    if (at.type === 'BinaryExpression' && /^[!=]==$/.test(at.operator)) return true;
    if (at.type === 'SvelteAttribute') return /^(class|style|d|viewBox|style:.*)$/.test(at.key.name);
    if (at.type === 'ThrowStatement') return /new (Error|TypeError|RangeError)\(/.test(source.getText(at));
    if (
      at.type === 'CallExpression' &&
      /^(matchMedia|.*querySelector(All)?|.*\.closest|.*\.matches)$/.test(source.getText(at.callee))
    )
      return true;
    if (at.type === 'SvelteStyleDirective' || at.type === 'SvelteStyleElement') return true;
    if (/Function|^Program$|^SvelteScriptElement$/.test(at.type)) return false;
  }
  return false;
}

export const noLiteralText = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { literal: "'{{text}}' belongs in renderer/messages/en.json" },
  },
  create(context) {
    const source = context.sourceCode;
    const report = (node, text) =>
      context.report({ node, messageId: 'literal', data: { text: text.trim().slice(0, 60) } });
    const check = (node, text) => {
      if (typeof text === 'string' && isText(text.trim()) && !isTechnical(node, source)) report(node, text);
    };
    return {
      SvelteText: (node) => {
        const isMarkup = !/^Svelte(Style|Script)Element$/.test(node.parent.type);
        if (isMarkup && words.test(node.value) && !properName.test(node.value.trim())) report(node, node.value);
      },
      SvelteLiteral: (node) => {
        const name = node.parent.key?.name;
        if (shown.test(name ?? '') && words.test(node.value) && !properName.test(node.value)) report(node, node.value);
      },
      Literal: (node) => check(node, node.value),
      TemplateElement: (node) => check(node, node.value.cooked),
    };
  },
};
