export { agentIdOf } from './agent/agent-identity.ts';
export {
  type GroupMembership,
  loadAgents,
  type LoadedAgent,
  type OwnAssignment,
  type ReofferWish,
} from './agent/load-agent.ts';
export { type Cause, causedBy, causeOf } from './event-writing/cause.ts';
export {
  type AuditRetention,
  type AuditRetentionOptions,
  type AuditSwept,
  createAuditRetention,
} from './audit/audit-retention.ts';
export { countScavenged } from './audit/count-scavenged.ts';
export { recordArchiveRead } from './audit/record-archive-read.ts';
export { recordExport } from './audit/record-export.ts';
export {
  type ContentReader,
  type ContentReaderOptions,
  createContentReader,
} from './content/read-content.ts';
export { contentHashOf, storeContent } from './content/store-content.ts';
export {
  type BulkAction,
  type BulkActionName,
  bulkCaps,
  type BulkCommands,
  type BulkDone,
  createBulkCommands,
  finishBulkAction,
} from './bulk/bulk-commands.ts';
export {
  handleCommand,
  type Handled,
  type HandleOptions,
  TooMuchContention,
} from './event-writing/command-handler.ts';
export { typedEvents } from './event-writing/read-typed.ts';
export { type EventIds, idsOf, stampEvents, uuidFrom } from './event-writing/stamp-events.ts';
export { type KnownAgents, requireAgents } from './agent/require-agents.ts';
export { type DecidedMany, decideMany, type DecideManyOptions } from './event-writing/decide-many.ts';
export {
  createGroupCommands,
  type GroupCommands,
  type GroupCommandsOptions,
  type NewGroup,
} from './group/group-commands.ts';
export {
  createDepartures,
  type Departures,
  type DeparturesOptions,
  type LeavingAgent,
} from './group/departures.ts';
export {
  createMembershipCommands,
  type JoinMany,
  type LeaveMany,
  type LivingGroup,
  type MembershipCommands,
  type MembershipCommandsOptions,
  type Placed,
} from './group/membership-commands.ts';
export {
  type AssignmentAim,
  type AssignmentCommands,
  createAssignmentCommands,
} from './assignment/assignment-commands.ts';
export { type Applied } from './configuration/apply-configuration.ts';
export {
  createLintRuleCommands,
  type LintRuleCommands,
  type LintRuleWritten,
} from './lint/lint-rule-commands.ts';
export {
  createLintRulesReader,
  type LintRulesReader,
  type StoredLintRule,
} from './lint/lint-rules-reader.ts';
export { type CommandContext } from './configuration/command-context.ts';
export { type ConfigurationCheck } from './configuration/configuration-check.ts';
export {
  type ConfigurationCommands,
  createConfigurationCommands,
  type Published,
} from './configuration/configuration-commands.ts';
export { type CurrentDraft } from './configuration/current-draft.ts';
export {
  type ConfigurationUser,
  type ConfigurationUsers,
  type UsersOf,
} from './configuration/refuse-used.ts';
export { commandIdOf, keyOf, refuseReusedKey, stepOf } from './event-writing/command-id.ts';
export { createPersonCommands, finishForgetting, type PersonCommands } from './person/person-commands.ts';
export { noPeople } from './person/no-people.ts';
export { ensureTenant } from './tenant/ensure-tenant.ts';
export {
  type CheckedSelector,
  checkSelector,
  createSelectors,
  requireSelector,
  type SelectableAgent,
  type SelectingGroup,
  type SelectorProblem,
  type Selectors,
} from './selecting/selectors.ts';
