import type { ApiCall } from '../../output/api-command.ts';
import { resolveGroup } from '../../output/resolve.ts';
import { assign as assignTo, unassign as unassignFrom } from '../configs/assign.ts';

export async function assign(context: ApiCall<object>, group: string, configuration: string): Promise<void> {
  const { name } = await resolveGroup(context.call, group);
  await assignTo(context, configuration, `group:${name}`);
}

export async function unassign(context: ApiCall<object>, group: string): Promise<void> {
  const { name } = await resolveGroup(context.call, group);
  await unassignFrom(context, `group:${name}`);
}
