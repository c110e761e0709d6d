import type { LintRuleRow } from '@ampora/api-contract';
import type { LintRuleCommands, LintRulesReader, StoredLintRule } from '@ampora/application';
import { builtInLintRules } from '@ampora/collector-config';
import type { Queries } from '@ampora/projections/queries';
import { ApiError } from '../problem/api-error.ts';
import { momentOf } from '../reading/moment-of.ts';
import type { Handlers } from '../routing/handlers.ts';

type LintRuleOperations = Pick<
  Handlers,
  'listLintRules' | 'defineLintRule' | 'changeLintRule' | 'removeLintRule'
>;

export interface LintRuleHandlersOptions {
  readonly queries: Queries;
  readonly commands: LintRuleCommands;
  readonly rules: LintRulesReader;
}

export function lintRuleHandlers({ queries, commands, rules }: LintRuleHandlersOptions): LintRuleOperations {
  return {
    async listLintRules({ query, caller }) {
      const at = query.at === undefined ? undefined : (await momentOf(queries, query)).position;
      const stored = await rules.read(caller.tenant, at);
      const own = [...stored.values()].filter((rule) => rule.own !== null);
      const items = [
        ...builtInLintRules.map((rule) => {
          const { id, name, description, defaultSeverity } = rule;
          const known = stored.get(id);
          return toRow({ id, name, description, builtIn: true, expression: null, defaultSeverity }, known);
        }),
        ...own.map((rule) => {
          const { ruleId: id, severity: defaultSeverity } = rule;
          const { name, description, expression } = rule.own ?? {
            name: id,
            description: '',
            expression: null,
          };
          return toRow({ id, name, description, builtIn: false, expression, defaultSeverity }, rule);
        }),
      ];
      return { items, next: null };
    },
    async defineLintRule({ body, command }) {
      return toAnswer(await commands.define(body, command));
    },
    async changeLintRule({ params, body, ifMatch, command }) {
      if (ifMatch === undefined)
        throw new ApiError(
          428,
          'request/if-match-required',
          'Changing a lint rule wants If-Match with the revision that you saw; 0 for a built-in rule that was never changed.',
        );
      return toAnswer(await commands.change({ id: params.id, revision: ifMatch, changes: body }, command));
    },
    async removeLintRule({ params, command }) {
      return toAnswer(await commands.remove(params.id, command));
    },
  };
}

function toRow(
  rule: Pick<LintRuleRow, 'id' | 'name' | 'description' | 'builtIn' | 'expression' | 'defaultSeverity'>,
  known: StoredLintRule | undefined,
): LintRuleRow {
  return {
    ...rule,
    severity: known?.severity ?? rule.defaultSeverity,
    enabled: known?.enabled ?? true,
    revision: known?.revision ?? 0,
    updatedAt: known === undefined ? null : new Date(known.updatedAtMs).toISOString(),
    updatedBy: known?.updatedBy ?? null,
  };
}

function toAnswer({
  position,
  id,
  revision,
}: {
  readonly position: bigint;
  readonly id: string;
  readonly revision: number;
}) {
  return { position: String(position), id, revision };
}
