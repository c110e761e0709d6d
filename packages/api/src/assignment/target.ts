import type { AssignmentTarget as TargetDto } from '@ampora/api-contract';
import type { AssignmentTarget } from '@ampora/domain';

export function toTarget(target: TargetDto): AssignmentTarget {
  return 'agentId' in target ? { kind: 'agent', agentId: target.agentId } : { kind: 'fleet' };
}
