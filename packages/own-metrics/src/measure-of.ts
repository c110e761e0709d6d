export const sections = ['receivers', 'processors', 'exporters'] as const;
export type Section = (typeof sections)[number];

/** What is counted: rates of the first kinds, levels of the last. */
export type Quantity =
  | 'in'
  | 'out'
  | 'refused'
  | 'failed'
  | 'queue-size'
  | 'queue-capacity'
  | 'cpu-seconds'
  | 'memory-bytes'
  | 'uptime-seconds';

/** Which component's what a metric measures; `id` and `signal` are empty for what the whole process is asked. */
export interface Measure {
  readonly section: Section | 'process';
  readonly id: string;
  readonly signal: string;
  readonly quantity: Quantity;
}

/** A metric of a Collector that is understood, before its attributes are known. */
export interface KnownMetric {
  readonly section: Measure['section'];
  readonly quantity: Quantity;
  /** Empty: an attribute says. */
  readonly signal: string;
}

const signalOfItems: Readonly<Record<string, string>> = {
  spans: 'traces',
  metric_points: 'metrics',
  log_records: 'logs',
  profile_samples: 'profiles',
};

const quantitiesOf: Readonly<Record<Section, Readonly<Record<string, Quantity>>>> = {
  receivers: { accepted: 'in', refused: 'refused', failed: 'failed' },
  // What a processor accepted is in `incoming_items` already.
  processors: { refused: 'refused', dropped: 'failed' },
  exporters: { sent: 'out', send_failed: 'failed', enqueue_failed: 'refused' },
};

const byName = new Map<string, KnownMetric>();

for (const section of sections) {
  for (const [word, quantity] of Object.entries(quantitiesOf[section])) {
    for (const [items, signal] of Object.entries(signalOfItems))
      byName.set(`otelcol_${section.slice(0, -1)}_${word}_${items}`, { section, quantity, signal });
  }
}
const others: readonly (readonly [name: string, section: Measure['section'], quantity: Quantity])[] = [
  ['otelcol_processor_incoming_items', 'processors', 'in'],
  ['otelcol_processor_outgoing_items', 'processors', 'out'],
  ['otelcol_exporter_queue_size', 'exporters', 'queue-size'],
  ['otelcol_exporter_queue_capacity', 'exporters', 'queue-capacity'],
  ['otelcol_process_cpu_seconds', 'process', 'cpu-seconds'],
  ['otelcol_process_memory_rss', 'process', 'memory-bytes'],
  ['otelcol_process_memory_rss_bytes', 'process', 'memory-bytes'],
  ['otelcol_process_uptime', 'process', 'uptime-seconds'],
  ['otelcol_process_uptime_seconds', 'process', 'uptime-seconds'],
];
for (const [name, section, quantity] of others) byName.set(name, { section, quantity, signal: '' });
for (const [name, metric] of [...byName]) byName.set(`${name}_total`, metric);

/** The metric of that name, with or without the suffix that counters have in Prometheus; undefined for all others. */
export function knownMetric(name: string): KnownMetric | undefined {
  return byName.get(name);
}

/** The metric as measured of one component; undefined when the attributes do not say of which. */
export function measureOf(
  { section, quantity, signal }: KnownMetric,
  attributes: ReadonlyMap<string, string>,
): Measure | undefined {
  if (section === 'process') return { section, id: '', signal: '', quantity };
  const id = attributes.get(section.slice(0, -1)) ?? '';
  if (id === '') return undefined;
  if (signal !== '') return { section, id, signal, quantity };
  const named = attributes.get('otel.signal') ?? attributes.get('otel_signal') ?? attributes.get('data_type');
  return named === undefined || named === '' ? undefined : { section, id, signal: named, quantity };
}
