// Shared by every level. Native type stripping runs the TypeScript specs; no loader is needed.
module.exports = {
  ui: 'bdd',
  color: true,
  recursive: true,
  forbidOnly: Boolean(process.env.CI),
  'node-option': ['disable-warning=ExperimentalWarning'],
};
