import type { AgentEvent } from '@ampora/catalogue';
import { enrolled } from './rejections.ts';
import type { AgentState } from './state.ts';

type PackageStatuses = Extract<AgentEvent, { type: 'AgentPackageStatusesReported' }>['data'];

export interface RecordPackageStatuses {
  readonly type: 'record-package-statuses';
  readonly statuses: PackageStatuses;
}

export function recordPackageStatuses({ statuses }: RecordPackageStatuses, state: AgentState): AgentEvent[] {
  const known = enrolled(state).packages;
  if (known === statuses.digest) return [];
  // Agents without packages say so in their first message; that is what was assumed.
  if (known === '' && statuses.packages.length === 0 && statuses.errorMessage === '') return [];
  return [{ type: 'AgentPackageStatusesReported', data: statuses }];
}
