import type { AnswerOf } from '@ampora/api-contract';
import { isClear, type RankedSuspect, rankSuspects } from '@ampora/domain';
import type { AgentPage, Moment, Queries, ToldEvent, TouchCount } from '@ampora/projections/queries';
import { ApiError, notFound } from '../problem/api-error.ts';
import { momentOf } from '../reading/moment-of.ts';
import type { Handlers } from '../routing/handlers.ts';
import { tellTouch } from './tell-touch.ts';

type Bisection = AnswerOf<'bisectAgent'>;

export function bisectHandlers(queries: Queries): Pick<Handlers, 'bisectAgent'> {
  return {
    async bisectAgent({ params: { id }, query }) {
      const given = {
        good: query.good === undefined ? undefined : await momentOf(queries, { at: query.good }),
        bad: query.bad === undefined ? undefined : await momentOf(queries, { at: query.bad }),
      };
      const agent = await queries.getAgent(id, await queries.resolveMoment());
      if (!agent) throw notFound('agent/not-found', `There is no agent ${id}.`, { agentId: id });
      const moments = await queries.bisectWindow(id, given);
      if (!moments)
        throw new ApiError(
          409,
          'bisect/never-unhealthy',
          `${agent.displayName} never went from healthy to unhealthy: there is nothing to look for.`,
        );
      const good = await stateAt(queries, agent, moments.good);
      if (!good.healthy)
        throw new ApiError(
          409,
          'bisect/not-healthy-at-good',
          `${agent.displayName} was not healthy at the good moment (position ${good.position}). Give another with “good”.`,
        );
      const bad = await stateAt(queries, agent, moments.bad);
      if (bad.healthy || moments.bad.position <= moments.good.position)
        throw new ApiError(
          409,
          'bisect/not-unhealthy-at-bad',
          `${agent.displayName} was not unhealthy at the bad moment (position ${bad.position}), or that is not after the good one. Give another with “bad”.`,
        );
      return search(queries, agent, { good, bad });
    },
  };
}

type State = Bisection['good'];

async function stateAt(queries: Queries, { id }: AgentPage, moment: Moment): Promise<State> {
  const state = await queries.getAgent(id, moment);
  return {
    position: String(moment.position),
    at: new Date(moment.atMs).toISOString(),
    // An agent that has not reported its health is taken for neither.
    healthy: state?.healthy === true,
    healthStatus: state?.healthStatus ?? '',
    lastError: state?.lastError ?? '',
  };
}

async function search(
  queries: Queries,
  { id, displayName }: AgentPage,
  { good, bad }: { readonly good: State; readonly bad: State },
): Promise<Bisection> {
  const window = { agentId: id, good: BigInt(good.position), bad: BigInt(bad.position) };
  const { affected, unaffected, touches, others, turn } = await queries.bisectTouches(window);
  const told = await queries.describeEvents(touches.map(({ position }) => position));
  const ranked = rankSuspects(
    touches.map((touch) => ({ ...touch, nature: touch.isAct ? ('act' as const) : ('report' as const) })),
    { affected: affected.count, unaffected: unaffected.count },
  );
  const touchOf = new Map(touches.map((touch) => [touch.key, touch]));
  return {
    agent: { id, displayName },
    good,
    bad,
    turn: { position: String(turn.position), at: new Date(turn.atMs).toISOString() },
    affected: { count: affected.count, sample: [...affected.sample] },
    unaffected,
    suspects: ranked.flatMap((suspect) => {
      const touch = touchOf.get(suspect.key);
      return touch ? [toSuspect(suspect, touch, { id, displayName, event: told.get(touch.position) })] : [];
    }),
    isClear: isClear(ranked),
    others,
  };
}

interface About {
  readonly id: string;
  readonly displayName: string;
  readonly event: ToldEvent | undefined;
}

function toSuspect(
  { score, reason, nature, touchedAffected, touchedUnaffected }: RankedSuspect,
  touch: TouchCount,
  { id, displayName, event }: About,
): Bisection['suspects'][number] {
  const configuration = touch.key.startsWith('config:') ? event?.configuration : null;
  const position = String(touch.position);
  return {
    position,
    at: new Date(touch.atMs).toISOString(),
    type: event?.type ?? '',
    actor: event?.actor ?? '',
    ...tellTouch(touch, event),
    nature,
    entity: configuration
      ? {
          type: 'configuration',
          id: configuration.id,
          name: `${configuration.name}@${configuration.version}`,
        }
      : { type: 'agent', id, name: displayName },
    link: configuration
      ? `/configurations/${configuration.id}/versions/${configuration.version}`
      : `/agents/${id}?at=${position}`,
    touchedAffected,
    touchedUnaffected,
    score,
    reason,
  };
}
