/**
 * Who may import whom: a package may import those listed, and nothing else of ours. This table is the source of the
 * import rules, and is compared with every package.json and tsconfig.json.
 */
export const arrows: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  catalogue: ['kernel'],
  domain: ['kernel', 'catalogue'],
  application: ['kernel', 'catalogue', 'domain', 'expression'],
  'event-store': ['kernel', 'catalogue', 'application'],
  'opamp-protocol': ['kernel'],
  'collector-config': ['kernel', 'expression'],
  'component-library': ['collector-config'],
  proof: ['kernel'],
  expression: [],
  'own-metrics': [],
  'event-export': ['kernel', 'catalogue', 'application', 'proof'],
  platform: ['kernel'],
  'api-contract': ['kernel'],
  projections: ['kernel', 'catalogue', 'domain', 'application', 'platform', 'collector-config'],
  api: [
    'kernel',
    'catalogue',
    'domain',
    'application',
    'api-contract',
    'collector-config',
    'component-library',
    'event-export',
    'expression',
    'opamp-protocol',
    'own-metrics',
    'platform',
    'projections',
    'proof',
  ],
  'opamp-edge': ['kernel', 'catalogue', 'domain', 'application', 'opamp-protocol', 'own-metrics', 'platform'],
  worker: ['kernel', 'catalogue', 'domain', 'application', 'platform', 'proof'],
  replay: ['kernel', 'catalogue', 'domain', 'application', 'opamp-edge', 'projections', 'proof'],
  'fleet-sim': ['kernel', 'opamp-protocol', 'own-metrics', 'api-contract'],
  server: [
    'kernel',
    'catalogue',
    'domain',
    'event-export',
    'application',
    'event-store',
    'platform',
    'projections',
    'api',
    'opamp-edge',
    'own-metrics',
    'proof',
    'worker',
    'replay',
  ],
  cli: [
    'kernel',
    'catalogue',
    'application',
    'api-contract',
    'collector-config',
    'component-library',
    'event-export',
    'platform',
    'fleet-sim',
    'server',
    'proof',
    'replay',
  ],
  testkit: [
    'kernel',
    'catalogue',
    'domain',
    'application',
    'event-store',
    'platform',
    'projections',
    'opamp-protocol',
    'fleet-sim',
    'api-contract',
    'server',
  ],
  web: ['api-contract', 'collector-config', 'component-library', 'expression'],
};

/** Packages that do no I/O and read no clock. */
export const purePackages = [
  'kernel',
  'catalogue',
  'domain',
  'collector-config',
  'component-library',
  'proof',
  'expression',
] as const;

/** Packages that may be built only by the composition root: everyone else takes their ports. */
export const composedOnly = ['event-store', 'server'] as const;

export const folderOf = (name: string): string =>
  name === 'projections' || name === 'web' ? name : `packages/${name}`;
