/**
 * Collector configuration texts: read, check, compare, contain, summarise, explain. Pure: no I/O, no clock, and no
 * knowledge of agents.
 */
export type { BoundedValue } from './bounded-value.ts';
export type { CheckedConfig } from './check-config.ts';
export { checkConfig, checkConfigText, toFinding } from './check-config.ts';
export type { DestinationChange, PipelineChange, PipelinesComparison } from './compare-pipelines.ts';
export { comparePipelines } from './compare-pipelines.ts';
export { checkComponentRules } from './component-rules/check-component-rules.ts';
export type { ComponentId, ComponentSection, Signal } from './component-id.ts';
export { componentSections, isSignal, parseComponentId, signals } from './component-id.ts';
export type { ConfigPath } from './config-path.ts';
export { toPathText } from './config-path.ts';
export type { ConfigMap, ConfigValue } from './config-value.ts';
export { isConfigList, isConfigMap, isReference, memberOf } from './config-value.ts';
export type {
  ConfigDifference,
  ConfigTexts,
  ConfigUnknown,
  Containment,
  ContainmentLimits,
  TextContainment,
  UnknownReason,
} from './contains.ts';
export { containsConfig, containsConfigTexts } from './contains.ts';
export type { DiffHunk, DiffLine, DiffOptions, LineDiff } from './diff-lines.ts';
export { diffLines } from './diff-lines.ts';
export type {
  ChangedLines,
  ConfigEdit,
  EdgeEnd,
  EditRefusal,
  EditResult,
  PipelineRole,
  ReadOnlyReason,
} from './editing/config-edit.ts';
export type { Editability } from './editing/edit-config.ts';
export { createEditability, editabilityOf, editConfig } from './editing/edit-config.ts';
export { editModel } from './editing/plan-edit.ts';
export type { AvailableComponents, Failure } from './explain-failure.ts';
export { explainFailure, findNotInBuild } from './explain-failure.ts';
export type { Finding, FindingDraft, FindingLayer, FindingSeverity } from './finding.ts';
export { createFinding, inTextOrder } from './finding.ts';
export { buildGraph } from './graph/build-graph.ts';
export { laneAtLine, linesOf, nodesAtLine } from './graph/graph-lines.ts';
export type {
  GraphEdge,
  GraphJunction,
  GraphLane,
  GraphNode,
  GraphNodeState,
  GraphRole,
  PipelineGraph,
} from './graph/graph-model.ts';
export type { Box, GraphLayout, LaneBox } from './graph/layout-graph.ts';
export { graphMeasures, layoutGraph } from './graph/layout-graph.ts';
export type { GraphSvgOptions } from './graph/render-graph-svg.ts';
export { describeGraph, edgePath, renderGraphSvg } from './graph/render-graph-svg.ts';
export type { BuiltInLintSetting } from './lint/check-built-in-rules.ts';
export { builtInLintRules, checkBuiltInRules } from './lint/check-built-in-rules.ts';
export type { LintRuleSetting } from './lint/lint-config.ts';
export { lintConfig } from './lint/lint-config.ts';
export type { BuiltInLintRule, LintRemark } from './lint/lint-rule.ts';
export { findRedacted } from './import/find-redacted.ts';
export { nameInText } from './import/name-in-text.ts';
export type { ConfigBytes, ConfigBytesLimits, ConfigBytesProblemKind } from './import/read-config-bytes.ts';
export { readConfigBytes, suggestName } from './import/read-config-bytes.ts';
export type { TidiedText } from './import/tidy-reported.ts';
export { tidyReported } from './import/tidy-reported.ts';
export { maskSecrets } from './mask-secrets.ts';
export { mergeConfigs } from './merge-configs.ts';
export type {
  ConfigDocument,
  ConfigProblem,
  ConfigProblemKind,
  LineRange,
  ParsedConfig,
  ParseLimits,
} from './parse-config.ts';
export { parseConfig } from './parse-config.ts';
export { readDuration } from './read-quantity.ts';
export type { ComponentUse, Pipeline, Pipelines, UseList } from './read-service.ts';
export { readPipelines } from './read-service.ts';
export type { Identity, MeaningComparison } from './semantic/compare-meaning.ts';
export { compareMeaning, compareWithEffective } from './semantic/compare-meaning.ts';
export { diffSemantics } from './semantic/diff-semantics.ts';
export type { SemanticChange, SemanticChangeKind } from './semantic/semantic-change.ts';
export { semanticRules, semanticText } from './semantic/semantic-text.ts';
export type { ConfigSummary, ExporterEndpoint, PipelineSummary } from './summarize-config.ts';
export { summarizeConfig } from './summarize-config.ts';
export { nearestName } from './nearest-name.ts';
export type { Position, TextRange } from './text-positions.ts';
