import { type ReadContext, select } from '../reading/read-context.ts';
import { agentLabelsTable } from './agent-row.ts';

/** Labels that agents have, for suggestions. */
export interface LabelValues {
  readonly keys: readonly string[];
  /** By key; the commonest first. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

const sampledAgents = 2_000;
const mostKeys = 300;
const mostValues = 50;

/**
 * Label keys and values as a sample of agents has them: cost and answer are bounded, whatever the size of the fleet.
 * A label that only few of very many agents have may be missing.
 */
export async function listLabelValues(context: ReadContext): Promise<LabelValues> {
  const rows = await select<{ key: string; value: string }>(
    context,
    `with sample as (
       select labels from read.${agentLabelsTable} where tenant = ? limit ${sampledAgents}
     ), pairs as (
       select pair.key, pair.value, count(*) as agents
         from sample, jsonb_each_text(sample.labels) as pair group by pair.key, pair.value
     ), ranked as (
       select key, value, agents,
              row_number() over (partition by key order by agents desc, value) as place,
              sum(agents) over (partition by key) as total
         from pairs
     )
     select key, value from ranked where place <= ${mostValues} order by total desc, key, place limit ${mostKeys * mostValues}`,
    [context.tenant],
  );
  const values = new Map<string, string[]>();
  for (const { key, value } of rows) {
    const known = values.get(key);
    if (known) known.push(value);
    else if (values.size < mostKeys) values.set(key, [value]);
  }
  return { keys: [...values.keys()], values: Object.fromEntries(values) };
}
