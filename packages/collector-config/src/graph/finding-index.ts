import type { ConfigPath } from '../config-path.ts';
import { toPathText } from '../config-path.ts';
import type { Finding } from '../finding.ts';

/** Findings by the paths at and above theirs. */
export interface FindingIndex {
  /** Those at this path or below it. The same finding may be taken at several places that show one definition. */
  readonly take: (path: ConfigPath) => readonly Finding[];
  /** Those at this path or below it that nobody has taken so far. */
  readonly takeRest: (path: ConfigPath) => readonly Finding[];
  /** Those that nobody has taken. */
  readonly rest: () => readonly Finding[];
}

// Components, pipelines and their items stand at depth 2 to 5: deeper ancestors are never asked for.
const maxAncestors = 5;

export function createFindingIndex(findings: readonly Finding[]): FindingIndex {
  const byAncestor = new Map<string, Finding[]>();
  for (const finding of findings)
    for (const ancestor of ancestorsOf(finding.path)) {
      const known = byAncestor.get(ancestor);
      if (known === undefined) byAncestor.set(ancestor, [finding]);
      else known.push(finding);
    }
  const taken = new Set<Finding>();
  const take = (path: ConfigPath): readonly Finding[] => {
    const found = byAncestor.get(toPathText(path)) ?? [];
    for (const finding of found) taken.add(finding);
    return found;
  };
  const rest = (): readonly Finding[] => findings.filter((one) => !taken.has(one));
  const takeRest = (path: ConfigPath): readonly Finding[] => {
    const found = (byAncestor.get(toPathText(path)) ?? []).filter((one) => !taken.has(one));
    for (const finding of found) taken.add(finding);
    return found;
  };
  return { take, takeRest, rest };
}

/** The path text itself and its beginnings: `a`, `a.b`, `a.b[0]`, `a.b[0]["c.d"]`. */
function ancestorsOf(path: string): readonly string[] {
  const ancestors: string[] = [];
  for (const { index, 0: segment } of path.matchAll(/\["(?:[^"\\]|\\.)*"\]|\[\d+\]|\.?[^.[]+/g)) {
    ancestors.push(path.slice(0, index + segment.length));
    if (ancestors.length === maxAncestors) break;
  }
  return ancestors;
}
