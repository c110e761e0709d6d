import { streamOf } from '@ampora/catalogue';
import {
  type BuiltInLintRule,
  type LintRuleChanges,
  lintRulesDecider,
  type LintRuleText,
} from '@ampora/domain';
import { checkExpression } from '@ampora/expression';
import { type Position, Rejection } from '@ampora/kernel';
import type { CommandContext } from '../configuration/command-context.ts';
import { handleCommand } from '../event-writing/command-handler.ts';
import type { EventLog } from '../ports/event-log.ts';

export interface LintRuleCommandsOptions {
  readonly log: EventLog;
  /** The rules that come with Ampora. */
  readonly builtIn: readonly BuiltInLintRule[];
}

export interface LintRuleWritten {
  readonly position: Position;
  readonly id: string;
  readonly revision: number;
}

export interface LintRuleCommands {
  /** Without an id, the rule is called after its name. */
  define(
    input: LintRuleText & { readonly id?: string | undefined },
    context: CommandContext,
  ): Promise<LintRuleWritten>;
  change(
    input: { readonly id: string; readonly revision: number; readonly changes: LintRuleChanges },
    context: CommandContext,
  ): Promise<LintRuleWritten>;
  remove(id: string, context: CommandContext): Promise<LintRuleWritten>;
}

/** The acts on lint rules. Rejects with `lint-rule/invalid-expression` and the problems of the expression. */
export function createLintRuleCommands({ log, builtIn }: LintRuleCommandsOptions): LintRuleCommands {
  const builtInIds = builtIn.map(({ ruleId }) => ruleId);
  const handle = async (
    command: Parameters<typeof lintRulesDecider.decide>[0],
    context: CommandContext,
  ): Promise<LintRuleWritten> => {
    const streamId = streamOf.lintRules(context.metadata.tenant);
    const { position, state } = await handleCommand(log, lintRulesDecider, { ...context, streamId, command });
    return { position, id: command.ruleId, revision: state.rules.get(command.ruleId)?.revision ?? 0 };
  };
  return {
    async define({ id, ...rule }, context) {
      requireUsable(rule.expression);
      const ruleId = id ?? idOfName(rule.name);
      return handle({ type: 'define-lint-rule', ruleId, builtIn: builtInIds, ...rule }, context);
    },
    async change({ id, revision, changes }, context) {
      if (changes.expression !== undefined && !builtInIds.includes(id)) requireUsable(changes.expression);
      return handle({ type: 'change-lint-rule', ruleId: id, builtIn, revision, ...changes }, context);
    },
    async remove(id, context) {
      return handle({ type: 'remove-lint-rule', ruleId: id, builtIn: builtInIds }, context);
    },
  };
}

function requireUsable(expression: string): void {
  const { ok, problems } = checkExpression(expression, 'lint');
  if (ok) return;
  const first = problems.find(({ severity }) => severity === 'error');
  throw new Rejection(
    'lint-rule/invalid-expression',
    `The expression has an error at line ${first?.line ?? 1}, column ${first?.column ?? 1}: ${first?.message ?? ''}`,
    {
      problems: problems.map(({ suggestion, ...problem }) =>
        suggestion === undefined ? problem : { ...problem, suggestion },
      ),
    },
  );
}

/** `All exporters use TLS` becomes `all-exporters-use-tls`. */
function idOfName(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  const id = (words ?? [])
    .join('-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  if (id === '')
    throw new Rejection(
      'lint-rule/id-missing',
      `No id can be made of the name “${name}”. Give one: small letters, digits and dashes.`,
    );
  return id;
}
