import type { TenantEvent } from '@ampora/catalogue';
import type { Decider } from '@ampora/kernel';

export interface CreateTenant {
  readonly type: 'create-tenant';
  readonly tenant: string;
  readonly displayName: string;
}

export type TenantState = { readonly created: boolean };

/** The tenant that exists without being asked for. */
export const DEFAULT_TENANT = 'default';

export const tenantDecider: Decider<TenantState, CreateTenant, TenantEvent> = {
  initial: { created: false },
  decide: (command, state) =>
    state.created
      ? []
      : [{ type: 'TenantCreated', data: { tenant: command.tenant, displayName: command.displayName } }],
  evolve: () => ({ created: true }),
};
