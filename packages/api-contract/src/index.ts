export {
  type AgentDetail,
  type AgentLife,
  type AgentRow,
  type AgentSortKey,
  agentSortKeys,
  type Comparison,
  type SemanticChange,
  type Drift,
  type DriftDifference,
  type DriftState,
  driftState,
  type Facets,
  type HealthTree,
  type RemoteConfigStatus,
  remoteConfigStatus,
  type TimelineItem,
  timelineKinds,
  type VersionRef,
} from './agent.ts';
export { type AssignmentRow, type AssignmentTarget } from './assignment.ts';
export { type AuditEntry, type AuditFacets, type AuditRetention } from './audit.ts';
export { type BisectSuspect, type Bisection } from './bisect.ts';
export { type BulkBody, bulkCaps, type BulkDone, mostExported } from './bulk.ts';
export { type ChangePlan, dryRunQuery, type PlanOp } from './change-plan.ts';
export {
  type AnswerOf,
  ApiProblem,
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  PlannedOnly,
  problemIn,
  urlOf,
} from './client.ts';
export {
  type AppliedAnswer,
  type ConfigurationDetail,
  configurationName,
  type ConfigurationRow,
  type ConfigurationUser,
  type CurrentDraft,
  currentDraft,
  type Finding,
  type FindingLayer,
  sourceHeader,
  type ValidationTarget,
  type VersionDetail,
  type VersionRow,
  type VersionSource,
  versionSource,
  type VersionStatus,
} from './configuration.ts';
export {
  type ComponentDetail,
  type ComponentField,
  type ComponentFieldType,
  type ComponentRow,
} from './component-library.ts';
export { type AgentExplanation } from './explanation.ts';
export { type GroupPreview } from './group-preview.ts';
export { type GroupMode, type GroupRow, type MembersWritten, mostMembersAtOnce } from './group.ts';
export {
  type ExpressionCheck,
  type ExpressionCompletion,
  type ExpressionContext,
  type ExpressionProblem,
} from './expression.ts';
export { type LintRuleRow, type LintSeverity } from './lint-rule.ts';
export { type DriftRow } from './drift.ts';
export { exportEntityTypes, exportOperation, type ExportQuery, exportQuery } from './export.ts';
export { type LiveChanges, liveChanges } from './live.ts';
export { type CauseNode, type EventCauses, type EventFacets, type StoredEvent } from './log.ts';
export { changeTypes, type LogActivity, type LogMoment } from './moment.ts';
export { type Operation, type Role } from './operation.ts';
export { type OperationId, operations } from './operations.ts';
export { type PlannedChange } from './plan-request.ts';
export { type Overview } from './overview.ts';
export { type Person } from './person.ts';
export { type ProjectionAction, type ProjectionComparison, type ProjectionRow } from './projection.ts';
export { type ConsistencyProof, type EventProof, type SealedRoot, type SigningKey } from './proof.ts';
export { type Problem, problem } from './shared.ts';
export {
  type AgentThroughput,
  type ComponentThroughput,
  type ConfigurationThroughput,
} from './throughput.ts';
export { type FieldExplanation } from './why.ts';
