// Lints of our own scripts. `tsc` checks types (tsconfig.*.json), so rules that repeat its findings are off.
import js from '@eslint/js';
import playwright from 'eslint-plugin-playwright';
import globals from 'globals';

/** Rules for both kinds of scripts. */
const rules = {
  ...js.configs.recommended.rules,
  eqeqeq: ['error', 'smart'],
  'no-var': 'error',
  'prefer-const': 'error',
  'no-implicit-globals': 'error',
  'no-eval': 'error',
  'no-implied-eval': 'error',
  // Playwright's fixtures declare their dependencies as an object pattern, even an empty one.
  'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
  'max-lines': ['error', 500],
  'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
};

export default [
  { ignores: ['**/node_modules/', 'static/*.min.js', 'tests/browser/results/', '**/*.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['static/*.js', 'src/stand_in/pages/*.js'],
    languageOptions: { sourceType: 'module', globals: { ...globals.browser, htmx: 'readonly' } },
    rules: { ...rules, 'no-console': 'error' },
  },
  {
    files: ['tests/**/*.js'],
    // Functions passed to `page.evaluate` run in the browser.
    languageOptions: { sourceType: 'module', globals: { ...globals.node, ...globals.browser } },
    rules,
  },
  {
    files: ['tests/browser/*.js'],
    plugins: { playwright },
    rules: {
      'playwright/missing-playwright-await': 'error',
      'playwright/no-focused-test': 'error',
      'playwright/no-identical-title': 'error',
      'playwright/no-skipped-test': 'error',
      'playwright/no-useless-await': 'error',
      'playwright/no-useless-not': 'error',
      'playwright/valid-expect': 'error',
      'playwright/valid-expect-in-promise': 'error',
    },
  },
];
