import { checkExpression, completeExpression, type KnownValues, printExpression } from '@ampora/expression';
import { AgentCapability } from '@ampora/opamp-protocol';
import type { Queries } from '@ampora/projections/queries';
import { mutable } from '../reading/mutable.ts';
import type { Handlers } from '../routing/handlers.ts';

type ExpressionOperations = Pick<Handlers, 'checkExpression' | 'completeExpression'>;

/** How long what the fleet has is used for suggestions: somebody types, and asks with each letter. */
const keptMs = 10_000;

export function expressionHandlers(queries: Queries): ExpressionOperations {
  let kept: { readonly untilMs: number; readonly known: Promise<KnownValues> } | undefined;
  const knownValues = (): Promise<KnownValues> => {
    const nowMs = performance.now();
    if (kept === undefined || kept.untilMs < nowMs) {
      const known = readKnownValues(queries);
      kept = { untilMs: nowMs + keptMs, known };
      known.catch(() => (kept = undefined));
    }
    return kept.known;
  };
  return {
    async checkExpression({ body }) {
      const { ok, ast, problems, references, labelKeys } = checkExpression(body.text, body.context);
      const canonical = ok ? printExpression(ast) : null;
      return mutable({ valid: ok, problems, references, labelKeys, canonical });
    },
    async completeExpression({ body }) {
      const known = body.context === 'lint' ? {} : await knownValues();
      return mutable(completeExpression(body.text, body.offset, body.context, known));
    },
  };
}

async function readKnownValues(queries: Queries): Promise<KnownValues> {
  const { keys, values } = await queries.listLabelValues();
  return { labelKeys: keys, labelValues: values, capabilities: Object.keys(AgentCapability) };
}
