import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import { noLiteralText } from './eslint/no-literal-text.mjs';
export default ts.config(
  ...svelte.configs['flat/base'],
  { files: ['**/*.{ts,svelte}'], languageOptions: { parserOptions: { parser: ts.parser } }, plugins: { project: { rules: { 'no-literal-text': noLiteralText } } }, rules: { 'project/no-literal-text': 'error' }, linterOptions: { reportUnusedDisableDirectives: 'off' } },
  { files: ['**/*.ts'], languageOptions: { parser: ts.parser } },
);
