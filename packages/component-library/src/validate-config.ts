import type {
  AvailableComponents,
  ConfigDocument,
  Finding,
  LintRuleSetting,
  ParseLimits,
} from '@ampora/collector-config';
import {
  checkComponentRules,
  checkConfig,
  componentSections,
  createFinding,
  inTextOrder,
  isConfigMap,
  lintConfig,
  memberOf,
  nearestName,
  parseComponentId,
  parseConfig,
  toFinding,
} from '@ampora/collector-config';

import { checkAgainstLibrary } from './check-against-library.ts';
import type { ComponentLibrary } from './component-library.ts';

/** What agents have told of what they were built with. */
export interface KnownBuild {
  /** Kind (`receivers`, or `receiver`) to type. A kind that is absent is not judged. */
  readonly components: AvailableComponents;
  /** How many agents of the target have it. */
  readonly agents: number;
}

export interface ValidationOptions {
  readonly library: ComponentLibrary;
  /** A tenant's rules and what it thinks of the built-in ones; those without a setting keep their own severity. */
  readonly lintRules?: readonly LintRuleSetting[];
  /** What the agents have that the text is meant for; left out when it is meant for none in particular. */
  readonly builds?: readonly KnownBuild[];
  /** How a component is taken that some of these agents have and others lack. Default `error`. */
  readonly partlyMissing?: 'error' | 'warning';
  readonly limits?: ParseLimits;
}

export interface MissingComponent {
  /** As in `receivers.filelog`. */
  readonly component: string;
  readonly agents: number;
}

export interface ConfigValidation {
  /** In the order of the text, at most 500. */
  readonly findings: readonly Finding[];
  /** False when at least one finding is an error: such a text must not be published. */
  readonly isPublishable: boolean;
  /** Components of the text that agents of the target lack. */
  readonly missing: readonly MissingComponent[];
}

const maxFindings = 500;

/**
 * Every check of a configuration text, in one place: the text itself, its references, what its components can be told
 * and what they demand, lint rules, and what the agents have that it is meant for. A text that does not parse has the
 * findings of that only. Never throws, whatever the text.
 */
export function validateConfig(text: string, options: ValidationOptions): ConfigValidation {
  const parsed = parseConfig(text, options.limits);
  if (!parsed.ok) return { findings: parsed.problems.map(toFinding), isPublishable: false, missing: [] };
  const { document } = parsed;
  const { builds = [], lintRules = [], library } = options;
  const built = checkBuilds(document, builds, options.partlyMissing ?? 'error');
  const all = withoutRepetition([
    ...checkConfig(document),
    ...checkAgainstLibrary(document, library),
    ...checkComponentRules(document),
    ...lintConfig(document, lintRules),
    ...built.findings,
  ]);
  return {
    findings: firstOf(all),
    isPublishable: all.every((finding) => finding.severity !== 'error'),
    missing: built.missing,
  };
}

/** Errors before anything else where there are too many to show. */
function firstOf(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= maxFindings) return inTextOrder(findings);
  const ordered = inTextOrder(findings);
  const [errors, others] = [
    ordered.filter(({ severity }) => severity === 'error'),
    ordered.filter(({ severity }) => severity !== 'error'),
  ];
  return inTextOrder([...errors, ...others].slice(0, maxFindings));
}

/** What two layers say of one place is said once, by the one that knows more. */
function withoutRepetition(findings: readonly Finding[]): readonly Finding[] {
  const has = new Set(findings.map(({ code, path }) => `${code} ${path}`));
  const told = new Set(
    findings.filter(({ code }) => code.startsWith('settings/')).map(({ path }) => componentOf(path)),
  );
  const pairs = findings.filter(({ code }) => code === 'schema/connector-pair');
  return findings.filter(({ code, path, message }) => {
    if (code === 'lint/pipeline-without-exporters') return !has.has(`pipeline/no-exporters ${path}`);
    // Both name the connector in quotes; the pair is told where the pipelines use it.
    if (code.startsWith('connector/not-used')) {
      const [id = ''] = /"[^"]+"/.exec(message) ?? [];
      return !pairs.some((pair) => pair.message.includes(id));
    }
    if (code === 'schema/needs-settings') return !told.has(path);
    if (code === 'schema/unknown-component') return !has.has(`component/not-in-build ${path}`);
    if (code === 'settings/choice')
      return !has.has(`schema/wrong-type ${path}`) && !has.has(`schema/unknown-field ${path}`);
    if (code === 'schema/wrong-type') return !has.has(`structure/wrong-type ${path}`);
    return true;
  });
}

/** `receivers.otlp/x` of any path text below it; names with unusual characters stand in brackets. */
function componentOf(path: string): string {
  return /^[a-z]+(\.[\w/-]+|\["(?:[^"\\]|\\.)*"\])/.exec(path)?.[0] ?? path;
}

// Names are compared letter by letter: for more components than this that is not worth its time.
const maxSuggestions = 50;

function typesOf(
  known: readonly { readonly types: Readonly<Record<string, unknown>> }[],
): ReadonlySet<string> {
  return new Set(known.flatMap(({ types }) => Object.keys(types)));
}

interface BuildsCheck {
  readonly findings: readonly Finding[];
  readonly missing: readonly MissingComponent[];
}

function checkBuilds(
  document: ConfigDocument,
  builds: readonly KnownBuild[],
  partly: 'error' | 'warning',
): BuildsCheck {
  const findings: Finding[] = [];
  const missing = new Map<string, number>();
  const agents = builds.reduce((sum, build) => sum + build.agents, 0);
  for (const section of componentSections) {
    const components = memberOf(document.root, section);
    if (!isConfigMap(components)) continue;
    const kind = section.slice(0, -1);
    const known = builds.flatMap(({ components: all, agents: count }) => {
      const types = all[section] ?? all[kind];
      return types === undefined ? [] : [{ types, count }];
    });
    for (const id of Object.keys(components)) {
      const type = parseComponentId(id)?.type;
      if (type === undefined) continue;
      const lacking = known
        .filter(({ types }) => !Object.hasOwn(types, type))
        .reduce((sum, { count }) => sum + count, 0);
      if (lacking === 0) continue;
      missing.set(`${section}.${type}`, lacking);
      const near = findings.length < maxSuggestions ? nearestName(type, typesOf(known)) : undefined;
      const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
      const whose =
        agents === 1
          ? "This agent's build has"
          : lacking === agents
            ? `The builds of all ${String(agents)} agents have`
            : `The builds of ${String(lacking)} of ${String(agents)} agents have`;
      findings.push(
        createFinding(document, {
          layer: 'build',
          code: 'component/not-in-build',
          path: [section, id],
          message: `${whose} no ${kind} of type "${type}": such a Collector refuses the whole configuration.${hint}`,
          severity: lacking === agents ? 'error' : partly,
          suggestion: near === undefined ? undefined : near + id.trim().slice(type.length),
        }),
      );
    }
  }
  return {
    findings,
    missing: [...missing].map(([component, count]) => ({ component, agents: count })),
  };
}
