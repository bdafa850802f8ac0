import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  { ignores: ['dist/', 'classic/', 'node_modules/', 'shots/', 'src/api/schema.d.ts'] },
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'No string of HTML reaches the page.' },
        { property: 'outerHTML', message: 'No string of HTML reaches the page.' },
        { property: 'insertAdjacentHTML', message: 'No string of HTML reaches the page.' },
        { object: 'crypto', property: 'randomUUID', message: 'Not there over plain http.' },
      ],
    },
  },
  {
    files: ['**/*.svelte'],
    rules: {
      'svelte/no-at-html-tags': 'error',
      'svelte/no-inline-styles': ['error', { allowTransitions: false }],
      'svelte/button-has-type': 'error',
      'svelte/no-target-blank': 'error',
    },
  },
  // State is immutable and replaced whole: reactivity comes from $state.raw, not from the maps.
  { files: ['**/*.svelte.ts', '**/*.svelte'], rules: { 'svelte/prefer-svelte-reactivity': 'off' } },
  {
    files: ['scripts/**', '**/*.test.ts', 'test/**'],
    rules: { 'no-console': 'off', '@typescript-eslint/no-empty-function': 'off' },
  },
);
