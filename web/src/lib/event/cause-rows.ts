/** One event among its causes and consequences, as the API gives it. */
export interface CauseNode {
  readonly event: { readonly id: string; readonly position: string; readonly type: string };
  readonly parentId: string | null;
}

/** A line of the drawn tree. */
export type CauseRow<Node extends CauseNode> = {
  /** 0 for what nothing caused. */
  readonly depth: number;
  /** For each level left of it, whether that branch goes on below. */
  readonly rails: readonly boolean[];
  readonly isLast: boolean;
} & (
  | { readonly kind: 'event'; readonly node: Node; readonly isFocus: boolean }
  | { readonly kind: 'more'; readonly parentId: string; readonly type: string; readonly count: number }
);

/**
 * The tree as lines, causes before consequences, siblings in the order of the log. Of many siblings of one type only the
 * first `most` are shown, and the ones on the way to the focus; opened parents show all.
 */
export function causeRows<Node extends CauseNode>(
  nodes: readonly Node[],
  focusId: string,
  opened: ReadonlySet<string> = new Set(),
  most: number,
): CauseRow<Node>[] {
  const known = new Map(nodes.map((node) => [node.event.id, node]));
  const children = new Map<string | null, Node[]>();
  for (const node of nodes) {
    const parent = node.parentId !== null && known.has(node.parentId) ? node.parentId : null;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [node]);
    else siblings.push(node);
  }
  const onPath = new Set<string>();
  for (let id: string | null = focusId; id !== null && known.has(id) && !onPath.has(id);) {
    onPath.add(id);
    id = known.get(id)?.parentId ?? null;
  }
  const rows: CauseRow<Node>[] = [];
  const walk = (parentId: string | null, depth: number, rails: readonly boolean[]) => {
    const lines = foldSiblings(
      children.get(parentId) ?? [],
      onPath,
      opened.has(parentId ?? '') ? Infinity : most,
    );
    lines.forEach((line, index) => {
      const isLast = index === lines.length - 1;
      if ('count' in line) {
        rows.push({
          kind: 'more',
          depth,
          parentId: parentId ?? '',
          type: line.type,
          count: line.count,
          rails,
          isLast,
        });
        return;
      }
      rows.push({ kind: 'event', node: line, isFocus: line.event.id === focusId, depth, rails, isLast });
      walk(line.event.id, depth + 1, parentId === null ? [] : [...rails, !isLast]);
    });
  };
  walk(null, 0, []);
  return rows;
}

function foldSiblings<Node extends CauseNode>(
  siblings: readonly Node[],
  kept: ReadonlySet<string>,
  most: number,
): (Node | { readonly type: string; readonly count: number })[] {
  const sorted = siblings.toSorted((a, b) => (BigInt(a.event.position) < BigInt(b.event.position) ? -1 : 1));
  const seen = new Map<string, number>();
  const hidden = new Map<string, number>();
  const lines: Node[] = [];
  for (const node of sorted) {
    const { type, id } = node.event;
    const before = seen.get(type) ?? 0;
    seen.set(type, before + 1);
    if (before < most || kept.has(id)) lines.push(node);
    else hidden.set(type, (hidden.get(type) ?? 0) + 1);
  }
  return [...lines, ...[...hidden].map(([type, count]) => ({ type, count }))];
}
