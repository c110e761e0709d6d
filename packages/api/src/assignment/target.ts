import type { AssignmentTarget as TargetDto } from '@ampora/api-contract';
import type { AssignmentAim } from '@ampora/application';

export function toTarget(target: TargetDto): AssignmentAim {
  if ('agentId' in target) return { kind: 'agent', agentId: target.agentId };
  return 'groupId' in target ? { kind: 'group', groupId: target.groupId } : { kind: 'fleet' };
}
