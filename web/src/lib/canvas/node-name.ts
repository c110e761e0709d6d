import type { GraphNode } from '@ampora/collector-config';
import type { Lock } from './drawing.ts';

/** What a screen reader says of a node. */
export function nodeName(node: GraphNode, lock?: Lock): string {
  const where = node.lane === null ? '' : ` in pipeline ${node.lane}`;
  const errors = node.findings.filter(({ severity }) => severity === 'error').length;
  const others = node.findings.length - errors;
  return [
    `${node.role} ${node.id}${where}`,
    node.isUsed ? '' : 'unused',
    node.state === 'undefined' ? 'not defined' : node.state === 'unknown' ? 'defined elsewhere' : '',
    errors === 0 ? '' : errors === 1 ? '1 error' : `${errors} errors`,
    others === 0 ? '' : others === 1 ? '1 remark' : `${others} remarks`,
    lock === undefined ? '' : lock.isPartial ? 'partly read-only' : 'read-only',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
