module.exports = {
  ...require('./.mocharc.base.cjs'),
  timeout: 180000,
  spec: ['test/architecture/**/*.architecture.spec.ts'],
};
