import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const pure = [
  'kernel',
  'catalogue',
  'domain',
  'collector-config',
  'component-library',
  'proof',
  'expression',
].map((name) => `packages/${name}/src/**/*.ts`);

export default ts.config(
  {
    ignores: [
      '**/node_modules/**',
      '.tsbuild/**',
      'coverage/**',
      'web/build/**',
      'web/.svelte-kit/**',
      '.cache/**',
      '.ampora/**',
    ],
  },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node } },
    rules: {
      'no-undef': 'off',
      'max-params': ['error', 4],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@ampora/*/src/*'],
              message: 'Import the package by its name: what is not in its index is private.',
            },
          ],
        },
      ],
    },
  },
  {
    files: pure,
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['node:*'],
              message: 'A pure package does no I/O. Put the effect in an adapter and pass its result in.',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'The pure core reads no clock: time comes in with the command.',
        },
        {
          selector: 'MemberExpression[object.name="Date"][property.name="now"]',
          message: 'The pure core reads no clock: time comes in with the command.',
        },
        {
          selector: 'MemberExpression[object.name="Math"][property.name="random"]',
          message: 'The pure core is deterministic: randomness comes in with the command.',
        },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts', 'packages/testkit/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-console': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { globals: { ...globals.browser }, parserOptions: { parser: ts.parser } },
    // The console has no base path: links are made by `place.path`, which keeps the moment that a page looks at.
    rules: { 'svelte/no-navigation-without-resolve': 'off' },
  },
  {
    files: ['packages/cli/**/*.ts', 'test/bench/**/*.ts', 'infra/scripts/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
