import type { ComponentSection, ConfigDocument, Finding, FindingDraft } from '@ampora/collector-config';
import {
  componentSections,
  createFinding,
  inTextOrder,
  isConfigMap,
  isReference,
  memberOf,
  parseComponentId,
  readPipelines,
} from '@ampora/collector-config';

import { checkSettings } from './check-settings.ts';
import { checkSignals } from './check-signals.ts';
import type { ComponentKind, ComponentLibrary, LibraryComponent } from './component-library.ts';
import { findComponent, isCertain, nearestType } from './component-library.ts';

// A text that is wrong in more places than this is not made better by naming them all.
const maxFindings = 500;

/** The kind of what stands in a section: `receivers` holds receivers. */
export function kindOfSection(section: ComponentSection): ComponentKind {
  return section.slice(0, -1) as ComponentKind;
}

/**
 * What the components of a release would refuse: types that it does not have, settings that they do not know, values of
 * the wrong type, signals they have no part in. An unknown type is a warning: the library knows many components, not
 * all. Costs one look per value of the configuration.
 */
export function checkAgainstLibrary(document: ConfigDocument, library: ComponentLibrary): readonly Finding[] {
  const findings: Finding[] = [];
  const add = (draft: FindingDraft): void => {
    if (findings.length < maxFindings) findings.push(createFinding(document, draft));
  };
  for (const section of componentSections) {
    const defined = memberOf(document.root, section);
    if (!isConfigMap(defined)) continue;
    for (const id of Object.keys(defined)) checkComponent({ document, library, add }, section, id);
  }
  const telemetry = memberOf(memberOf(document.root, 'service'), 'telemetry');
  if (telemetry !== undefined)
    checkSettings(library.telemetry, telemetry, ['service', 'telemetry'], {
      subject: "the Collector's own telemetry",
      isCertain: true,
      add,
    });
  const connectors = memberOf(document.root, 'connectors');
  checkSignals(readPipelines(document.root).pipelines, {
    library,
    connectors: new Set(isConfigMap(connectors) ? Object.keys(connectors).map((id) => id.trim()) : []),
    add,
  });
  return inTextOrder(findings);
}

interface Check {
  readonly document: ConfigDocument;
  readonly library: ComponentLibrary;
  readonly add: (finding: FindingDraft) => void;
}

function checkComponent({ document, library, add }: Check, section: ComponentSection, id: string): void {
  const type = parseComponentId(id)?.type;
  if (type === undefined) return;
  const kind = kindOfSection(section);
  const component = findComponent(library, kind, type);
  if (component === undefined) {
    add(unknownComponent(library, section, id, type));
    return;
  }
  if (component.type !== type)
    add({
      layer: 'schema',
      code: 'schema/deprecated',
      path: [section, id],
      message: `"${type}" is an older name of the ${kind} ${component.type}. It still works in ${library.version}.`,
      severity: 'info',
      suggestion: component.type + id.trim().slice(type.length),
    });
  addStability(component, [section, id], add);
  const settings = memberOf(memberOf(document.root, section), id) ?? null;
  if (settings === null || (isConfigMap(settings) && Object.keys(settings).length === 0)) {
    if (component.needsSettings)
      add({
        layer: 'schema',
        code: 'schema/needs-settings',
        path: [section, id],
        message: `The ${kind} ${component.type} does not run on its defaults alone: it must be told something.`,
        severity: isCertain(component) ? 'error' : 'warning',
      });
    return;
  }
  // The check of sections says what is wrong with anything but a mapping.
  if (!isConfigMap(settings) || isReference(settings)) return;
  checkSettings(component.settings, settings, [section, id], {
    subject: `the ${component.type} ${kind}`,
    isCertain: isCertain(component),
    add,
  });
}

function unknownComponent(
  library: ComponentLibrary,
  section: ComponentSection,
  id: string,
  type: string,
): FindingDraft {
  const kind = kindOfSection(section);
  const near = nearestType(library, kind, type);
  const hint = near === undefined ? 'Its settings are not checked.' : `Did you mean "${near}"?`;
  return {
    layer: 'schema',
    code: 'schema/unknown-component',
    path: [section, id],
    message: `The component library of ${library.version} knows no ${kind} of type "${type}". ${hint}`,
    severity: 'warning',
    suggestion: near === undefined ? undefined : near + id.trim().slice(type.length),
  };
}

function addStability(
  component: LibraryComponent,
  path: readonly string[],
  add: (finding: FindingDraft) => void,
): void {
  const levels = new Set(Object.values(component.stability).map((level) => level.toLowerCase()));
  for (const level of ['deprecated', 'unmaintained'])
    if (levels.size === 1 && levels.has(level))
      add({
        layer: 'schema',
        code: 'schema/deprecated',
        path,
        message: `The ${component.kind} ${component.type} is ${level}: a later release may come without it.`,
        severity: 'warning',
      });
}
