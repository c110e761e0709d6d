import { arrows, folderOf, purePackages } from './test/architecture/arrows.ts';

const ours = Object.keys(arrows);
const inside = (names) => `^(?:${names.map((name) => `${folderOf(name)}/`).join('|')})`;
const specs = '\\.spec\\.ts$';

const packageRules = ours.map((name) => ({
  name: `arrows-of-${name}`,
  severity: 'error',
  comment:
    `${name} may import ${arrows[name].length ? arrows[name].join(', ') : 'no other package of ours'}. ` +
    'Point the arrow the other way: define a port where it is needed and let an adapter fill it; or, when the table itself is wrong, change test/architecture/arrows.ts with an ADR.',
  from: { path: inside([name]), pathNot: specs },
  to: { path: inside(ours.filter((other) => other !== name && !arrows[name].includes(other))) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...packageRules,
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one subject, or hide a third that both should import.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-packages-do-no-io',
      severity: 'error',
      comment:
        'Deciders, projections, analysis and the catalogue compute. Put the effect in an adapter and pass its result in.',
      from: { path: inside(purePackages), pathNot: specs },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'projections-only-through-queries',
      severity: 'error',
      comment:
        'The API asks read models questions; it does not build them. Import @ampora/projections/queries.',
      from: { path: '^packages/api/', pathNot: specs },
      to: { path: '^projections/src/', pathNot: '^projections/src/queries\\.ts$' },
    },
    {
      name: 'only-declared-dependencies',
      severity: 'error',
      comment: 'Declare the package in the package.json of the workspace that imports it.',
      from: { path: '^(?:packages|projections|test)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
    {
      name: 'testkit-is-for-specs',
      severity: 'error',
      comment: 'Production code never needs a fake or a builder.',
      from: { path: '^(?:packages|projections)/', pathNot: ['^packages/testkit/', specs] },
      to: { path: '^packages/testkit/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['\\.tsbuild/', 'web/build/', 'web/\\.svelte-kit/', 'test/bench/results/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
    moduleSystems: ['es6', 'cjs'],
    combinedDependencies: true,
  },
};
