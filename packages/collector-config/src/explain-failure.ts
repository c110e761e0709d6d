import { checkConfig, toFinding } from './check-config.ts';
import { checkComponentRules } from './component-rules/check-component-rules.ts';
import type { ComponentSection } from './component-id.ts';
import { componentSections, parseComponentId } from './component-id.ts';
import { toPathText } from './config-path.ts';
import type { ConfigMap } from './config-value.ts';
import { isConfigList, isReference } from './config-value.ts';
import type { ConfigValue } from './config-value.ts';
import type { Finding, FindingSeverity } from './finding.ts';
import { createFinding } from './finding.ts';
import type { ConfigDocument, ParseLimits } from './parse-config.ts';
import { parseConfig } from './parse-config.ts';
import { readSection } from './read-service.ts';

/** Kind (`receivers`, or `receiver`) to component type to whatever is known of it. */
export type AvailableComponents = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Failure {
  /** The text that the agent gave with its FAILED status. May be empty. */
  readonly statusText: string;
  readonly assignedText: string;
  /** What the agent's build contains, when it has told. A kind that is absent here is not judged. */
  readonly availableComponents?: AvailableComponents;
}

/**
 * Why an agent may have refused or died of a configuration: our own checks of the same text against the same build,
 * then what its words say. The agent's words are matched and never repeated. Errors come first; when nothing is found,
 * one `failure/unexplained` says where to look.
 */
export function explainFailure(failure: Failure, limits: ParseLimits = {}): readonly Finding[] {
  const parsed = parseConfig(failure.assignedText, limits);
  if (!parsed.ok) return [...parsed.problems.map(toFinding)];
  const { document } = parsed;
  const errors = [
    ...[...checkConfig(document), ...checkComponentRules(document)].filter(isError),
    ...findNotInBuild(document, failure.availableComponents ?? {}),
  ];
  const words = readStatusText(document, failure.statusText);
  if (errors.some(isError) || words.some(isError)) return [...errors, ...words];
  return [...words, unexplained(document)];
}

function isError(finding: Finding): boolean {
  return finding.severity === 'error';
}

/** Components whose type the agent's build does not contain. */
export function findNotInBuild(document: ConfigDocument, available: AvailableComponents): readonly Finding[] {
  return componentSections.flatMap((section) => {
    const types = typesOf(section, available);
    if (types === undefined) return [];
    return readSection(document.root, section).ids.flatMap((id) => {
      const type = parseComponentId(id)?.type;
      if (type === undefined || types.has(type)) return [];
      const message = `This agent's build has no ${section.slice(0, -1)} of type "${type}". Use another type or another build.`;
      return [finding(document, { code: 'component/not-in-build', path: [section, id], message })];
    });
  });
}

function typesOf(section: ComponentSection, available: AvailableComponents): ReadonlySet<string> | undefined {
  for (const kind of [section, section.slice(0, -1)])
    if (Object.hasOwn(available, kind)) return new Set(Object.keys(available[kind] ?? {}));
  return undefined;
}

interface Draft {
  readonly code: string;
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly severity?: FindingSeverity;
}

function finding(document: ConfigDocument, { code, path, message, severity = 'error' }: Draft): Finding {
  return createFinding(document, { layer: 'build', code, path, message, severity });
}

const maxStatusLength = 8192;

function readStatusText(document: ConfigDocument, statusText: string): readonly Finding[] {
  const text = statusText.slice(0, maxStatusLength);
  const found: Finding[] = [];
  const port = /(?:listen|bind)[^\n]{0,200}?:(\d{1,5}): [^\n]{0,60}address already in use/i.exec(text)?.[1];
  if (port !== undefined || /address already in use/i.test(text))
    found.push(finding(document, describePort(document, port)));
  const invalidKeys = /has invalid keys: ([^\n]{1,300})/.exec(text)?.[1];
  for (const key of invalidKeys?.split(',').slice(0, 10) ?? [])
    found.push(finding(document, describeKey(document, key.trim())));
  if (/permission denied/i.test(text))
    found.push(
      finding(document, {
        code: 'failure/permission-denied',
        path: [],
        message:
          'The Collector may not open a file or port that it needs. Check the rights of its user on the host.',
      }),
    );
  if (/no such file or directory/i.test(text))
    found.push(
      finding(document, {
        code: 'failure/file-not-found',
        path: [],
        message: 'A file that the configuration names is not on the host.',
      }),
    );
  if (/exited unexpectedly with exit code/i.test(text))
    found.push(
      finding(document, {
        severity: 'info',
        code: 'failure/exited',
        path: [],
        message:
          'The Collector exited while it applied the configuration; the supervisor does not pass the reason on. Its own log on the host has it.',
      }),
    );
  return found;
}

function describePort(document: ConfigDocument, port: string | undefined): Draft {
  const path =
    port === undefined
      ? undefined
      : findEntry(document.root, (_, value) => typeof value === 'string' && value.endsWith(`:${port}`));
  const which = port === undefined ? 'A port' : `Port ${port}`;
  return {
    code: 'failure/port-in-use',
    path: path ?? [],
    message: `${which} is taken by another process on the host. Choose another one or stop that process.`,
  };
}

function describeKey(document: ConfigDocument, key: string): Draft {
  const path = findEntry(document.root, (name) => name === key);
  const shown = path === undefined ? 'A key' : `"${key.slice(0, 80)}"`;
  return {
    code: 'failure/invalid-key',
    path: path ?? [],
    message: `${shown} is no setting that this build knows at this place. Check its spelling and indentation.`,
  };
}

function unexplained(document: ConfigDocument): Finding {
  const reference = findEntry(document.root, (_, value) => isReference(value));
  const hint =
    reference === undefined
      ? ''
      : ` It uses values from the host (${toPathText(reference)}): are they set there?`;
  const message = `Our own checks find no fault in this configuration.${hint} See the Collector's log on the host; a port in use, a missing file and a setting that this build does not know are the usual reasons.`;
  return finding(document, { severity: 'info', code: 'failure/unexplained', path: reference ?? [], message });
}

type Test = (key: string | number, value: ConfigValue) => boolean;

function findEntry(
  value: ConfigMap | readonly ConfigValue[],
  test: Test,
): readonly (string | number)[] | undefined {
  const entries: readonly (readonly [string | number, ConfigValue])[] = isConfigList(value)
    ? [...value.entries()]
    : Object.entries(value as ConfigMap);
  for (const [key, member] of entries) {
    if (test(key, member)) return [key];
    if (typeof member !== 'object' || member === null) continue;
    const below = findEntry(member as ConfigMap, test);
    if (below !== undefined) return [key, ...below];
  }
  return undefined;
}
