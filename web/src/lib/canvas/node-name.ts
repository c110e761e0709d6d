import type { GraphNode } from '@ampora/collector-config';
import type { Lock } from './drawing.ts';

/** What is drawn below the id. */
export function nodeLine(node: GraphNode): string {
  if (!node.isUsed) return `${node.role} · unused`;
  if (node.state === 'undefined') return `${node.role} · not defined`;
  return node.state === 'unknown' ? `${node.role} · defined elsewhere` : node.role;
}

/** What a screen reader says of a node: first what is drawn. */
export function nodeName(node: GraphNode, lock?: Lock): string {
  const where = node.lane === null ? '' : ` in pipeline ${node.lane}`;
  const errors = node.findings.filter(({ severity }) => severity === 'error').length;
  const others = node.findings.length - errors;
  return [
    `${node.id} ${nodeLine(node)}${where}`,
    errors === 0 ? '' : errors === 1 ? '1 error' : `${errors} errors`,
    others === 0 ? '' : others === 1 ? '1 remark' : `${others} remarks`,
    lock === undefined ? '' : lock.isPartial ? 'partly read-only' : 'read-only',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
