import { type Queries, UnknownEntity, UnknownField } from '@ampora/projections/queries';
import { toCauses, toStoredEvent } from '../log/event-handlers.ts';
import { ApiError, notFound } from '../problem/api-error.ts';
import { momentOf } from '../reading/moment-of.ts';
import type { Handlers } from '../routing/handlers.ts';

export function whyHandlers(queries: Queries): Pick<Handlers, 'explainField'> {
  return {
    async explainField({ query }) {
      const { entity, id, field } = query;
      const moment = await momentOf(queries, query);
      const found = await queries.explainField({ entity, id, field }, moment).catch(refuse);
      if (!found)
        throw notFound(
          'why/not-found',
          `There is no ${entity} ${id}${moment.live ? '' : ' at that moment'}.`,
          {
            entity,
            id,
          },
        );
      const { value, since, event, previous, causes } = found;
      return {
        field,
        value,
        since,
        event: toStoredEvent(event),
        previous,
        causes: toCauses(causes),
      };
    },
  };
}

function refuse(error: unknown): never {
  if (error instanceof UnknownField)
    throw new ApiError(400, 'why/unknown-field', error.message, { details: { fields: [...error.fields] } });
  if (error instanceof UnknownEntity) throw new ApiError(400, 'why/unknown-entity', error.message);
  throw error;
}
