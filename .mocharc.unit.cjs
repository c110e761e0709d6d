module.exports = {
  ...require('./.mocharc.base.cjs'),
  timeout: 20000,
  spec: [
    'packages/*/src/**/*.unit.spec.ts',
    'projections/src/**/*.unit.spec.ts',
    'web/src/**/*.unit.spec.ts',
    'test/**/*.unit.spec.ts',
  ],
};
