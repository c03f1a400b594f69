import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import { importDirection } from './eslint/import-direction.mjs';
import { noLiteralText } from './eslint/no-literal-text.mjs';

/** The window's policy refuses style text in markup; Svelte sets `style:` and dynamic values through the DOM. */
const staticStyle = {
  selector: 'SvelteAttribute[key.name="style"][value.length=1][value.0.type="SvelteLiteral"]',
  message: 'the content security policy refuses a constant style attribute: use a class or a style: directive',
};

/**
 * With `noUncheckedIndexedAccess` an element whose index is in range by construction is written `rows[i]!`.
 * Elsewhere `!` would hide a case that has to be handled.
 */
const assertedWithoutIndex = [
  'TSNonNullExpression > CallExpression',
  'TSNonNullExpression > MemberExpression[computed=false]',
].map((selector) => ({ selector, message: '`!` is for indexed and destructured elements: handle the missing case' }));

export default ts.config(
  {
    ignores: [
      'node_modules/',
      'out/',
      '.svelte-check/',
      'release/',
      'test/artifacts/',
      'models/onnx/onnx_pb.ts',
      'renderer/messages/message-types.ts',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...ts.configs.recommended,
  ...svelte.configs['flat/recommended'],
  {
    plugins: { project: { rules: { 'import-direction': importDirection, 'no-literal-text': noLiteralText } } },
    rules: {
      'project/import-direction': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-undef': 'off',
    },
  },
  {
    files: ['{datasets,models,electron,renderer}/**/*.{ts,svelte}'],
    rules: {
      'no-restricted-syntax': ['error', ...assertedWithoutIndex],
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 60, skipComments: true }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: { 'no-restricted-syntax': ['error', staticStyle, ...assertedWithoutIndex] },
  },
  {
    // Folders whose texts are in the message catalogue.
    files: [
      'renderer/{app,ui,grids,lib,messages}/**/*.{ts,svelte}',
      'renderer/features/{home,datasets,models,settings,solve,train}/**/*.{ts,svelte}',
    ],
    rules: { 'project/no-literal-text': 'error' },
  },
  {
    files: ['build/**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
