export {
  type Damped,
  type Damping,
  dueAt,
  elapse,
  nothingStated,
  observe,
  resumeDamping,
  type StatedStates,
  type Statement,
} from './agent/damping.ts';
export { capabilityNames } from './agent/capability-names.ts';
export { type AgentCommand, agentDecider } from './agent/decider.ts';
export {
  canonicalJson,
  meaningOfDescription,
  meaningOfError,
  meaningOfFiles,
  meaningOfHealth,
} from './agent/meaning.ts';
export { type AgentRejection, type AgentRejectionCode } from './agent/rejections.ts';
export {
  type AgentState,
  CONNECTED,
  DISCONNECTED,
  type EnrolledAgent,
  isConnected,
  type OfferStatus,
} from './agent/state.ts';
export {
  type AssignableVersion,
  type AssignmentCommand,
  assignmentDecider,
  type AssignmentRejectionCode,
  type AssignmentState,
  type AssignmentTarget,
} from './assignment/assignment.ts';
export {
  type ChangeLabels,
  type LabelRejectionCode,
  type Labels,
  labelled,
  longestLabelValue,
  mostLabels,
} from './assignment/labels.ts';
export { type JoinGroup, type LeaveGroup } from './assignment/membership.ts';
export {
  type Aim,
  type AimedAgent,
  type ConfiguredGroup,
  createAim,
  groupIn,
  membershipIn,
  type VersionKey,
  wantedIn,
} from './group/aimed-fleet.ts';
export { type AimComparison, type AimedChange, compareAims, isSameVersion } from './group/compare-aims.ts';
export {
  type AimedGroup,
  decideMembership,
  inOrderOfPrecedence,
  type Membership,
  type SelectorVerdict,
} from './group/decide-membership.ts';
export { type EditGroup, type GroupChanges } from './group/edit-group.ts';
export { type CreateGroup, type GroupCommand, groupDecider } from './group/group.ts';
export { knownGroup, livingGroup } from './group/group-of.ts';
export {
  type GroupRejection,
  type GroupRejectionCode,
  groupIsDeleted,
  groupIsDynamic,
  groupNotFound,
} from './group/rejections.ts';
export { countsIn, evolveStanding, type GroupStanding, noStanding, wantedOfGroup } from './group/standing.ts';
export { type GroupAim, type GroupDetails, type GroupState, type KnownGroup } from './group/state.ts';
export {
  type BisectGroups,
  isClear,
  type RankedSuspect,
  rankSuspects,
  type Suspect,
  type SuspectNature,
} from './bisect/rank-suspects.ts';
export {
  type AgedRowCount,
  type AuditBounds,
  auditBounds,
  type AuditRetentionPolicy,
  neverSwept,
  nextSweepMs,
  sweepAudit,
} from './audit/audit-retention.ts';
export { type StoredBody } from './configuration/create-configuration.ts';
export { type ConfigurationCommand, configurationDecider } from './configuration/decider.ts';
export {
  configurationNotFound,
  type ConfigurationRejection,
  type ConfigurationRejectionCode,
  notADraft,
  notPublished,
  versionNotFound,
} from './configuration/rejections.ts';
export { type ConfigurationState, type VersionState } from './configuration/state.ts';
export { versionOfTag } from './configuration/tags.ts';
export {
  created as createdConfiguration,
  type CreatedConfiguration,
  type LiveVersion,
  tagsOf,
  versionOf,
} from './configuration/version-of.ts';
export {
  type BuiltInLintRule,
  type KnownLintRule,
  type LintRuleChanges,
  type LintRuleRejectionCode,
  lintRulesDecider,
  type LintRulesCommand,
  type LintRulesState,
  type LintRuleText,
  type LintSeverity,
} from './lint/lint-rules.ts';
export {
  type PersonCommand,
  personDecider,
  type PersonRejectionCode,
  type PersonState,
} from './person/person.ts';
export { DEFAULT_TENANT, type CreateTenant, tenantDecider, type TenantState } from './tenant/tenant.ts';
