import type { Identity } from '../identity.ts';

export interface DemoGroup {
  readonly name: string;
  readonly description: string;
  readonly has: (identity: Identity) => boolean;
  /** Absent: its members are put there by hand. */
  readonly selector?: string;
}

const standsIn = (role: string, site?: string) => (identity: Identity) =>
  identity.site.role === role && (site === undefined || identity.site.name === site);

export const gateways: DemoGroup = {
  name: 'Gateways',
  description: 'Where the edges send to: they sample',
  has: standsIn('gateway'),
};

/** A group for each who looks after agents: two by what the agents say of themselves, one by hand. */
export const demoGroups: readonly DemoGroup[] = [
  {
    name: 'Edge Frankfurt',
    description: 'Collectors beside the shops in Europe',
    has: standsIn('edge', 'fra'),
    selector: 'region = "eu-central-1" and host.name matches "^edge-"',
  },
  {
    name: 'Edge Ashburn',
    description: 'Collectors beside the shops in America',
    has: standsIn('edge', 'iad'),
    selector: 'region = "us-east-1" and host.name matches "^edge-"',
  },
  gateways,
];

const teams: Readonly<Record<string, string>> = { fra: 'shops-eu', iad: 'shops-us', sin: 'platform' };

/** What the server knows of an agent and the agent does not. */
export function labelsFor({ index, site }: Identity): Record<string, string> {
  return { team: teams[site.name] ?? 'platform', ring: index < 6 ? 'canary' : 'stable' };
}
