import type { ComponentSection } from './component-id.ts';
import type { ConfigValue } from './config-value.ts';
import { isConfigList, isConfigMap, memberOf } from './config-value.ts';
import type { ConfigDocument } from './parse-config.ts';
import { parseConfig } from './parse-config.ts';
import { summarizeConfig } from './summarize-config.ts';

/** One line of a plan, for every agent that goes from the one text to the other. */
export interface PipelineChange {
  readonly op: '+' | '~' | '-';
  readonly signal: string;
  readonly id: string;
}
export interface DestinationChange {
  readonly op: '+' | '-';
  readonly exporter: string;
  readonly endpoint: string | null;
}
export interface PipelinesComparison {
  readonly pipelines: readonly PipelineChange[];
  readonly destinations: readonly DestinationChange[];
  /** A text that could not be read: the lists are then not whole. */
  readonly isPartial: boolean;
}

/** What a text makes an agent do: its pipelines, each with all that it is made of, and where they send to. */
interface Doing {
  readonly pipelines: ReadonlyMap<
    string,
    { readonly signal: string; readonly id: string; readonly made: string }
  >;
  readonly destinations: ReadonlyMap<string, { readonly exporter: string; readonly endpoint: string | null }>;
  readonly isPartial: boolean;
}

const nothing: Doing = { pipelines: new Map(), destinations: new Map(), isPartial: false };

/** What changes between what two texts make an agent do; null stands for no configuration. */
export function comparePipelines(before: string | null, after: string | null): PipelinesComparison {
  const left = doingOf(before);
  const right = doingOf(after);
  const pipelines: PipelineChange[] = [];
  for (const [key, { signal, id, made }] of right.pipelines) {
    const old = left.pipelines.get(key);
    if (!old) pipelines.push({ op: '+', signal, id });
    else if (old.made !== made) pipelines.push({ op: '~', signal, id });
  }
  for (const [key, { signal, id }] of left.pipelines)
    if (!right.pipelines.has(key)) pipelines.push({ op: '-', signal, id });
  const destinations: DestinationChange[] = [];
  for (const [key, destination] of right.destinations)
    if (!left.destinations.has(key)) destinations.push({ op: '+', ...destination });
  for (const [key, destination] of left.destinations)
    if (!right.destinations.has(key)) destinations.push({ op: '-', ...destination });
  return { pipelines, destinations, isPartial: left.isPartial || right.isPartial };
}

function doingOf(text: string | null): Doing {
  if (text === null) return nothing;
  const parsed = parseConfig(text);
  if (!parsed.ok) return { ...nothing, isPartial: true };
  const { document } = parsed;
  const { pipelines, endpoints } = summarizeConfig(document);
  const used = new Set(pipelines.flatMap(({ exporters }) => exporters));
  const connectors = memberOf(document.root, 'connectors');
  const destinations = new Map<string, { exporter: string; endpoint: string | null }>();
  for (const exporter of used) {
    if (isConfigMap(connectors) && memberOf(connectors, exporter) !== undefined) continue;
    const own = endpoints.filter((one) => one.exporter === exporter).map(({ endpoint }) => endpoint);
    for (const endpoint of own.length > 0 ? own : [null])
      destinations.set(JSON.stringify([exporter, endpoint]), { exporter, endpoint });
  }
  return {
    pipelines: new Map(
      pipelines.map(({ id, signal, receivers, processors, exporters }) => [
        id,
        {
          signal,
          id,
          made: JSON.stringify([
            receivers.map((one) => [one, madeOf(document, ['receivers', 'connectors'], one)]),
            processors.map((one) => [one, madeOf(document, ['processors'], one)]),
            exporters.map((one) => [one, madeOf(document, ['exporters', 'connectors'], one)]),
          ]),
        },
      ]),
    ),
    destinations,
    isPartial: false,
  };
}

function madeOf(
  { root }: ConfigDocument,
  sections: readonly ComponentSection[],
  id: string,
): ConfigValue | null {
  for (const section of sections) {
    const settings = memberOf(memberOf(root, section), id);
    if (settings !== undefined) return inOrder(settings);
  }
  return null;
}

/** Mappings have no order. */
function inOrder(value: ConfigValue): ConfigValue {
  if (isConfigList(value)) return value.map(inOrder);
  if (!isConfigMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, inOrder(memberOf(value, key) ?? null)]),
  );
}
