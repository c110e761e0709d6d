import type { ValidationTarget } from '@ampora/api-contract';
import type { ContentReader } from '@ampora/application';
import type { KnownBuild } from '@ampora/component-library';
import type { Queries, ReportedBuild } from '@ampora/projections/queries';
import { notFound } from '../problem/api-error.ts';

/** The builds of a target's agents, with how many agents have told and how many have not. */
export interface TargetBuilds {
  readonly builds: readonly KnownBuild[];
  readonly agents: number;
  readonly silentAgents: number;
}

export type ReadTargetBuilds = (target: ValidationTarget) => Promise<TargetBuilds>;

/** An editor asks after each pause of its author: what was counted a moment ago is good enough. */
const keptMs = 5_000;
const keptTargets = 100;
/** Builds that are looked at, those of the most agents first. */
const maxBuilds = 200;
const keptBodies = 500;

/** Reads what the agents of a target were built with, as they told it. */
export function targetBuildsReader(queries: Queries, content: ContentReader): ReadTargetBuilds {
  const kept = new Map<string, { readonly untilMs: number; readonly builds: Promise<TargetBuilds> }>();
  const bodies = new Map<string, Promise<KnownBuild['components'] | undefined>>();

  const componentsOf = (contentHash: string): Promise<KnownBuild['components'] | undefined> => {
    const known = bodies.get(contentHash);
    if (known) return known;
    const read = content
      .read(contentHash)
      .then((body) => (body ? parseComponents(body.toString('utf8')) : undefined));
    if (bodies.size >= keptBodies) bodies.delete(bodies.keys().next().value ?? '');
    bodies.set(contentHash, read);
    read.catch(() => bodies.delete(contentHash));
    return read;
  };

  const count = async (target: ValidationTarget): Promise<TargetBuilds> => {
    if ('groupId' in target && !(await queries.getGroup(target.groupId, await queries.resolveMoment())))
      throw notFound('group/not-found', `There is no group ${target.groupId}.`, { groupId: target.groupId });
    const reported = await queries.componentBuilds(target);
    if ('agentId' in target && reported.length === 0)
      throw notFound('agent/not-found', `There is no agent ${target.agentId}.`, { agentId: target.agentId });
    const told = reported.filter(
      (one): one is ReportedBuild & { contentHash: string } => one.contentHash !== null,
    );
    const builds = await Promise.all(
      told.slice(0, maxBuilds).map(async ({ contentHash, agents }) => {
        const components = await componentsOf(contentHash);
        return components === undefined ? [] : [{ components, agents }];
      }),
    );
    const all = reported.reduce((sum, { agents }) => sum + agents, 0);
    const known = builds.flat();
    const agents = known.reduce((sum, build) => sum + build.agents, 0);
    return { builds: known, agents, silentAgents: all - agents };
  };

  return (target) => {
    const key = JSON.stringify(target);
    const now = Date.now();
    const last = kept.get(key);
    if (last && last.untilMs > now) return last.builds;
    const builds = count(target);
    if (kept.size >= keptTargets) kept.clear();
    kept.set(key, { untilMs: now + keptMs, builds });
    builds.catch(() => kept.delete(key));
    return builds;
  };
}

/** The stored list: kind → types, as the edge writes it. Only the names matter here. */
function parseComponents(body: string): KnownBuild['components'] {
  const kinds = JSON.parse(body) as Readonly<
    Record<string, { readonly components?: Readonly<Record<string, unknown>> }>
  >;
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, { components = {} }]) => [
      kind,
      Object.fromEntries(Object.keys(components).map((type) => [type, null])),
    ]),
  );
}
