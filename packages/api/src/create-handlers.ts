import {
  type AuditRetention,
  createAssignmentCommands,
  createBulkCommands,
  createConfigurationCommands,
  createContentReader,
  createDepartures,
  createGroupCommands,
  createMembershipCommands,
  createLintRuleCommands,
  createLintRulesReader,
  createPersonCommands,
  requireSelector,
} from '@ampora/application';
import type { EventLog, People } from '@ampora/application/ports';
import { DEFAULT_TENANT } from '@ampora/domain';
import { type Logger, silentLogger } from '@ampora/platform';
import { builtInLintRules } from '@ampora/collector-config';
import { ThroughputStore } from '@ampora/own-metrics';
import type { Queries } from '@ampora/projections/queries';
import { agentHandlers } from './agent/agent-handlers.ts';
import { exportAgentsHandler } from './agent/export-agents.ts';
import { auditHandlers } from './audit/audit-handlers.ts';
import { bisectHandlers } from './bisect/bisect-handlers.ts';
import { createTextChecks } from './configuration/check-text.ts';
import { targetBuildsReader } from './configuration/component-builds.ts';
import { importHandlers } from './configuration/import-handlers.ts';
import { configurationReads } from './configuration/read-handlers.ts';
import { createTextChecker, type TextChecker } from './configuration/text-check/text-checker.ts';
import { usersOf } from './configuration/users-of.ts';
import { writeHandlers } from './configuration/write-handlers.ts';
import { groupHandlers } from './group/group-handlers.ts';
import { membershipHandlers } from './group/membership-handlers.ts';
import { expressionHandlers } from './expression/expression-handlers.ts';
import { componentLibraryHandlers } from './component-library/component-library-handlers.ts';
import { lintRuleHandlers } from './lint/lint-rule-handlers.ts';
import { eventHandlers } from './log/event-handlers.ts';
import { momentHandlers } from './log/moment-handlers.ts';
import { createPlanner, planHandlers } from './plan/plan-handlers.ts';
import { readPlanSource } from './plan/read-plan-source.ts';
import { explanationHandlers } from './explanation/explanation-handlers.ts';
import { personHandlers } from './person/person-handlers.ts';
import { type ProjectionControl, projectionHandlers } from './projection/projection-handlers.ts';
import { proofHandlers } from './proof/proof-handlers.ts';
import type { ProofSource } from './proof/proof-source.ts';
import type { Handlers } from './routing/handlers.ts';
import { throughputHandlers } from './throughput/throughput-handlers.ts';
import { whyHandlers } from './why/why-handlers.ts';

export interface HandlersOptions {
  readonly log: EventLog;
  readonly queries: Queries;
  readonly projections: ProjectionControl;
  readonly people: People;
  readonly retention: AuditRetention;
  /** Absent: the log keeps everything. */
  readonly scavengeAfterDays?: number | undefined;
  /** What agents measure of themselves. Default: of none is anything known. */
  readonly throughput?: ThroughputStore | undefined;
  readonly proofs: ProofSource;
  /** Largest configuration text, in bytes. */
  readonly maxBodyBytes: number;
  /** Checks texts beside the loop that serves requests. Default: one of its own. */
  readonly textChecker?: TextChecker | undefined;
  /** Told of what goes on after an answer was given. */
  readonly logger?: Logger | undefined;
}

/** Every operation's handler over the log and its read models. */
export function createHandlers({
  log,
  queries,
  projections,
  proofs,
  maxBodyBytes,
  people,
  retention,
  scavengeAfterDays,
  textChecker = createTextChecker(),
  throughput = new ThroughputStore(),
  logger = silentLogger,
}: HandlersOptions): Handlers {
  const content = createContentReader(log);
  const planSource = readPlanSource(queries, { checker: textChecker, throughput });
  const lintRules = createLintRulesReader(log);
  const checks = createTextChecks({
    checker: textChecker,
    lintRules,
    targetBuilds: targetBuildsReader(queries, content),
  });
  const check = (text: string) => checks.forPublishing(text, DEFAULT_TENANT);
  const configurations = createConfigurationCommands({
    log,
    content,
    check,
    usersOf: usersOf(queries),
  });
  return {
    ...agentHandlers({ queries, content, checker: textChecker }),
    ...exportAgentsHandler(queries),
    ...bisectHandlers(queries),
    ...configurationReads({ queries, maxBodyBytes, checker: textChecker }),
    ...importHandlers({ queries, content, configurations, maxBodyBytes, check }),
    ...writeHandlers({
      configurations,
      assignments: createAssignmentCommands({ log }),
      maxBodyBytes,
      checks,
    }),
    ...groupHandlers({
      queries,
      groups: createGroupCommands({ log, checkSelector: requireSelector }),
      departures: createDepartures({ log, tenant: DEFAULT_TENANT, listLeaving: queries.listLeaving }),
      logger,
    }),
    ...membershipHandlers({
      queries,
      memberships: createMembershipCommands({ log, knownAgents: queries.knownAgents }),
    }),
    ...componentLibraryHandlers(),
    ...planHandlers({
      queries,
      source: planSource,
      planner: createPlanner(queries, planSource),
      bulk: createBulkCommands({ log, knownAgents: queries.knownAgents }),
    }),
    ...explanationHandlers(log, queries),
    ...expressionHandlers(queries),
    ...lintRuleHandlers({
      queries,
      commands: createLintRuleCommands({
        log,
        builtIn: builtInLintRules.map(({ id: ruleId, defaultSeverity: severity }) => ({ ruleId, severity })),
      }),
      rules: lintRules,
    }),
    ...eventHandlers(log, queries),
    ...momentHandlers(queries),
    ...throughputHandlers({ queries, throughput }),
    ...whyHandlers(queries),
    ...auditHandlers({ log, queries, people, retention, scavengeAfterDays }),
    ...personHandlers(people, createPersonCommands({ log, people })),
    ...projectionHandlers(queries, projections),
    ...proofHandlers(proofs),
  };
}
