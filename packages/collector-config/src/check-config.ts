import type { ComponentSection } from './component-id.ts';
import { componentSections, isSignal, parseComponentId, signals } from './component-id.ts';
import type { ConfigPath } from './config-path.ts';
import { isConfigMap, isReference, memberOf } from './config-value.ts';
import { findConnectorFaults } from './find-connector-faults.ts';
import { findProviderFaults } from './find-provider-faults.ts';
import type { Finding, FindingSeverity } from './finding.ts';
import { createFinding, inTextOrder } from './finding.ts';
import { findRedacted } from './import/find-redacted.ts';
import { nearestName } from './nearest-name.ts';
import type { ConfigDocument, ConfigProblem, ParseLimits } from './parse-config.ts';
import { parseConfig } from './parse-config.ts';
import type { Pipeline, Section, UseList } from './read-service.ts';
import { readPipelines, readSection, readServiceExtensions } from './read-service.ts';

export interface CheckedConfig {
  /** In the order of the text. */
  readonly findings: readonly Finding[];
  /** False when at least one finding is an error: such a text must not be published. */
  readonly isPublishable: boolean;
}

/** Parses and checks: problems of the text come back as findings with the code `syntax` or `syntax/<kind>`. */
export function checkConfigText(text: string, limits: ParseLimits = {}): CheckedConfig {
  const parsed = parseConfig(text, limits);
  const findings = parsed.ok ? checkConfig(parsed.document) : parsed.problems.map(toFinding);
  return { findings, isPublishable: findings.every((finding) => finding.severity !== 'error') };
}

/** The finding that a problem of the text is shown as. */
export function toFinding(problem: ConfigProblem): Finding {
  const { kind, line, column, endLine, endColumn, message, path = '' } = problem;
  return {
    severity: 'error',
    code: kind === 'syntax' ? 'syntax' : `syntax/${kind}`,
    layer: 'syntax',
    path,
    line,
    column,
    endLine,
    endColumn,
    message,
  };
}

/**
 * What a Collector would refuse whatever its build: sections, component ids, pipelines and the references between
 * them. What an unresolved reference (`${env:X}`) hides is left out, never guessed. Cost: the number of components
 * plus their uses.
 */
export function checkConfig(document: ConfigDocument): readonly Finding[] {
  const check = new Check(document);
  check.sections();
  check.ends();
  check.componentIds();
  check.pipelines();
  check.extensions();
  check.connectors();
  check.unused();
  check.providers();
  return inTextOrder([...check.inOrder(), ...findRedacted(document)]);
}

type Fault = readonly [
  code: string,
  path: ConfigPath,
  message: string,
  severity?: FindingSeverity,
  suggestion?: string | undefined,
];

class Check {
  readonly #document: ConfigDocument;
  readonly #findings: Finding[] = [];
  readonly #sections: Readonly<Record<ComponentSection, Section>>;
  readonly #defined: Readonly<Record<ComponentSection, ReadonlySet<string>>>;
  readonly #pipelines: readonly Pipeline[];
  readonly #extensions: UseList;
  #suggestions = 0;

  constructor(document: ConfigDocument) {
    this.#document = document;
    const entries = componentSections.map((name) => [name, readSection(document.root, name)] as const);
    this.#sections = Object.fromEntries(entries) as Record<ComponentSection, Section>;
    this.#defined = Object.fromEntries(
      entries.map(([name, section]) => [name, new Set(section.ids.map(normalId))]),
    ) as unknown as Record<ComponentSection, ReadonlySet<string>>;
    this.#pipelines = readPipelines(document.root).pipelines;
    this.#extensions = readServiceExtensions(document.root);
  }

  inOrder(): readonly Finding[] {
    return inTextOrder(this.#findings);
  }

  sections(): void {
    for (const key of Object.keys(this.#document.root)) {
      if (key === 'service' || (componentSections as readonly string[]).includes(key)) continue;
      const message = `"${cut(key)}" is no section of a Collector configuration: it refuses to start. Known are ${componentSections.join(', ')} and service.`;
      this.#add('structure/unknown-section', [key], message);
    }
    for (const name of componentSections)
      if (this.#sections[name].state === 'wrong-type')
        this.#add('structure/wrong-type', [name], `${name} must be a mapping from component id to settings.`);
    const service = memberOf(this.#document.root, 'service');
    if (service === undefined || service === null) {
      this.#add('structure/missing-service', [], 'The service section is missing: nothing would run.');
      return;
    }
    if (!isConfigMap(service)) {
      if (!isReference(service)) this.#add('structure/wrong-type', ['service'], 'service must be a mapping.');
      return;
    }
    for (const key of Object.keys(service))
      if (!['pipelines', 'extensions', 'telemetry'].includes(key))
        this.#add('structure/unknown-key', ['service', key], `"${cut(key)}" is no key of service.`);
  }

  /** A Collector starts with at least one receiver and one exporter, connectors aside. */
  ends(): void {
    if (!isConfigMap(memberOf(this.#document.root, 'service'))) return;
    for (const name of ['receivers', 'exporters'] as const) {
      const { state, ids } = this.#sections[name];
      if (state !== 'absent' && (state !== 'known' || ids.length > 0)) continue;
      this.#add(
        `structure/missing-${name}`,
        [name],
        `No ${name.slice(0, -1)} is defined: a Collector starts with one at least.`,
      );
    }
  }

  componentIds(): void {
    for (const name of componentSections) {
      const seen = new Set<string>();
      for (const id of this.#sections[name].ids) {
        if (seen.has(normalId(id)))
          this.#add(
            'component/duplicate-id',
            [name, id],
            `"${cut(id)}" is defined already: blanks around a name do not count.`,
          );
        seen.add(normalId(id));
        if (parseComponentId(id) === undefined)
          this.#add(
            'component/invalid-id',
            [name, id],
            `"${cut(id)}" is no component id. Write type or type/name.`,
          );
        const settings = memberOf(memberOf(this.#document.root, name), id);
        if (settings !== null && !isConfigMap(settings) && !isReference(settings))
          this.#add(
            'structure/wrong-type',
            [name, id],
            `The settings of ${cut(id)} must be a mapping or nothing.`,
          );
      }
    }
    for (const id of this.#defined.connectors)
      for (const other of ['receivers', 'exporters'] as const)
        if (this.#defined[other].has(id))
          this.#add(
            'component/ambiguous-id',
            ['connectors', id],
            `"${cut(id)}" is a connector and stands in ${other} too. Rename one of them.`,
          );
  }

  pipelines(): void {
    const { state } = readPipelines(this.#document.root);
    const service = memberOf(this.#document.root, 'service');
    if (isConfigMap(service) && state === 'wrong-type')
      this.#add('structure/wrong-type', ['service', 'pipelines'], 'service.pipelines must be a mapping.');
    if (isConfigMap(service) && (state === 'absent' || (state === 'known' && this.#pipelines.length === 0)))
      this.#add(
        'structure/missing-pipelines',
        ['service', 'pipelines'],
        'service.pipelines is missing or empty: at least one pipeline is needed.',
      );
    for (const pipeline of this.#pipelines) this.#pipeline(pipeline);
  }

  #pipeline(pipeline: Pipeline): void {
    this.#pipelineName(pipeline);
    if (pipeline.isUnknown) return;
    const value = memberOf(memberOf(memberOf(this.#document.root, 'service'), 'pipelines'), pipeline.id);
    if (value !== null && !isConfigMap(value)) {
      this.#add(
        'structure/wrong-type',
        pipeline.path,
        'A pipeline must be a mapping with receivers and exporters.',
      );
      return;
    }
    for (const key of Object.keys(value ?? {}))
      if (!['receivers', 'processors', 'exporters'].includes(key))
        this.#add('structure/unknown-key', [...pipeline.path, key], `"${cut(key)}" is no key of a pipeline.`);
    for (const list of [pipeline.receivers, pipeline.processors, pipeline.exporters])
      if (list.state === 'wrong-type')
        this.#add('structure/wrong-type', list.path, 'This must be a list of component ids.');
    if (isEmpty(pipeline.receivers))
      this.#add('pipeline/no-receivers', pipeline.path, `Pipeline ${cut(pipeline.id)} has no receiver.`);
    if (isEmpty(pipeline.exporters))
      this.#add('pipeline/no-exporters', pipeline.path, `Pipeline ${cut(pipeline.id)} has no exporter.`);
    this.#references('receiver', pipeline.receivers, ['receivers', 'connectors']);
    this.#references('processor', pipeline.processors, ['processors']);
    this.#references('exporter', pipeline.exporters, ['exporters', 'connectors']);
    this.#repetitions(pipeline.processors);
  }

  #pipelineName({ id, path, signal }: Pipeline): void {
    if (parseComponentId(id) === undefined) {
      this.#add(
        'pipeline/invalid-name',
        path,
        `"${cut(id)}" is no pipeline name. Write signal or signal/name.`,
      );
      return;
    }
    if (signal === 'profiles')
      this.#add(
        'pipeline/profiles-gated',
        path,
        'A Collector runs profiles pipelines only with the feature gate service.profilesSupport.',
        'warning',
      );
    if (!isSignal(signal))
      this.#add(
        'pipeline/unknown-signal',
        path,
        `"${cut(signal)}" is no signal. Known are ${signals.join(', ')}.`,
      );
  }

  extensions(): void {
    if (this.#extensions.state === 'wrong-type')
      this.#add(
        'structure/wrong-type',
        this.#extensions.path,
        'service.extensions must be a list of extension ids.',
      );
    this.#references('extension', this.#extensions, ['extensions']);
  }

  connectors(): void {
    if (this.#sections.connectors.state === 'unknown') return;
    for (const fault of findConnectorFaults(this.#defined.connectors, this.#pipelines))
      this.#add(fault.code, fault.path, fault.message);
  }

  unused(): void {
    const uses = this.#pipelines.flatMap((one) => [one.receivers, one.processors, one.exporters]);
    const isHidden =
      readPipelines(this.#document.root).state === 'unknown' || this.#pipelines.some((one) => one.isUnknown);
    if (isHidden || [...uses, this.#extensions].some((list) => list.state === 'unknown')) return;
    for (const unused of findUnused(this.#document))
      this.#add(
        'component/unused',
        [unused.section, unused.id],
        `${cut(unused.id)} is defined and not used.`,
        'info',
      );
  }

  providers(): void {
    for (const { path, message } of findProviderFaults(this.#document.root))
      this.#findings.push(
        createFinding(this.#document, {
          layer: 'semantic',
          code: 'reference/unresolvable',
          path,
          at: 'value',
          message,
        }),
      );
  }

  #references(kind: string, list: UseList, sections: readonly ComponentSection[]): void {
    if (sections.some((section) => this.#sections[section].state === 'unknown')) return;
    let known: readonly string[] | undefined;
    for (const { id, path } of list.uses) {
      if (sections.some((section) => this.#defined[section].has(normalId(id)))) continue;
      known ??= [...new Set(sections.flatMap((section) => [...this.#defined[section]]))];
      const hint = known.length === 0 ? `no ${kind} is defined` : `defined are ${listed(known)}`;
      const isSuggesting = this.#suggestions++ < maxSuggestions;
      this.#add(
        `reference/undefined-${kind}`,
        path,
        `The ${kind} "${cut(id)}" is not defined (${hint}).`,
        'error',
        isSuggesting ? nearestName(id, known) : undefined,
      );
    }
  }

  #repetitions(list: UseList): void {
    const seen = new Set<string>();
    for (const { id, path } of list.uses) {
      if (seen.has(id))
        this.#add(
          'pipeline/duplicate-processor',
          path,
          `The processor "${cut(id)}" stands twice in this pipeline.`,
        );
      seen.add(id);
    }
  }

  #add(...[code, path, message, severity = 'error', suggestion]: Fault): void {
    this.#findings.push(
      createFinding(this.#document, { layer: 'semantic', code, path, message, severity, suggestion }),
    );
  }
}

// Names are compared letter by letter: for more references than this that is not worth its time.
const maxSuggestions = 50;

/** The id as a Collector keeps it: blanks around type and name do not count. */
function normalId(id: string): string {
  const parsed = parseComponentId(id);
  if (parsed === undefined) return id.trim();
  return parsed.name === '' ? parsed.type : `${parsed.type}/${parsed.name}`;
}

/** Components that are defined and that no pipeline, nor `service.extensions`, names. */
export function findUnused(
  document: ConfigDocument,
): readonly { readonly section: ComponentSection; readonly id: string }[] {
  const { root } = document;
  const used: Record<ComponentSection, Set<string>> = {
    receivers: new Set(),
    processors: new Set(),
    exporters: new Set(),
    connectors: new Set(),
    extensions: new Set(readServiceExtensions(root).uses.map((use) => use.id)),
  };
  for (const pipeline of readPipelines(root).pipelines) {
    for (const { id } of pipeline.receivers.uses) used.receivers.add(id);
    for (const { id } of pipeline.processors.uses) used.processors.add(id);
    for (const { id } of pipeline.exporters.uses) used.exporters.add(id);
    for (const { id } of [...pipeline.receivers.uses, ...pipeline.exporters.uses]) used.connectors.add(id);
  }
  return componentSections.flatMap((section) =>
    readSection(root, section)
      .ids.filter((id) => !used[section].has(id.trim()))
      .map((id) => ({ section, id })),
  );
}

function isEmpty(list: UseList): boolean {
  return list.state === 'absent' || (list.state === 'known' && list.uses.length === 0);
}

function listed(ids: readonly string[]): string {
  const shown = ids.slice(0, 5).map(cut).join(', ');
  return ids.length > 5 ? `${shown} and ${ids.length - 5} more` : shown;
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
