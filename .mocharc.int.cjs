module.exports = {
  ...require('./.mocharc.base.cjs'),
  timeout: 60000,
  spec: [
    'packages/*/src/**/*.int.spec.ts',
    'projections/src/**/*.int.spec.ts',
    'web/src/**/*.int.spec.ts',
    'test/**/*.int.spec.ts',
  ],
};
