module.exports = {
  ...require('./.mocharc.base.cjs'),
  timeout: 180000,
  spec: ['test/e2e/**/*.e2e.spec.ts'],
};
