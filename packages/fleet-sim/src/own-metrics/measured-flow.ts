import { type CounterToSend, writeMetrics } from '@ampora/own-metrics';
import type { HealthState } from '../health.ts';
import { Random } from '../random.ts';
import type { RunningConfig } from '../running-config.ts';

/** Share of the items that such a processor lets through; others let through all. */
const letsThrough: Readonly<Record<string, number>> = {
  filter: 0.9,
  probabilistic_sampler: 0.25,
  tail_sampling: 0.1,
};

const itemsOf: Readonly<Record<string, string>> = {
  traces: 'spans',
  metrics: 'metric_points',
  logs: 'log_records',
  profiles: 'profile_samples',
};

/** It swings by this much around its mean, once in that long. */
const swing = 0.3;
const swingMs = 300_000;

/** What flows through one simulated Collector: counters of the components that it runs, as plausible as they are made up. */
export class MeasuredFlow {
  readonly #perSecond: number;
  readonly #phase: number;
  #startedAtMs: number;
  #countedToMs: number;
  #running: RunningConfig | undefined;
  readonly #counters = new Map<string, { readonly of: CounterToSend; value: number }>();

  constructor(seed: number, nowMs: number) {
    const random = new Random(seed);
    this.#perSecond = random.between(20, 2_000);
    this.#phase = random.next() * 2 * Math.PI;
    this.#startedAtMs = this.#countedToMs = nowMs;
  }

  /** Counts on to now; an export of all counters, or nothing while the Collector is down. */
  report(
    { running, health, instanceId }: { running: RunningConfig; health: HealthState; instanceId: string },
    nowMs: number,
  ): Uint8Array | undefined {
    if (health.is !== 'ok' && health.is !== 'degraded') return undefined;
    // Another configuration is another process of the Collector: counters begin again.
    if (this.#running !== running) {
      this.#running = running;
      this.#counters.clear();
      this.#startedAtMs = this.#countedToMs = nowMs;
    }
    const seconds = (nowMs - this.#countedToMs) / 1_000;
    this.#countedToMs = nowMs;
    const failing = health.is === 'degraded' ? health.component : undefined;
    const turn = (nowMs / swingMs) * 2 * Math.PI;
    const items = this.#perSecond * seconds * (1 + swing * Math.sin(turn + this.#phase));
    for (const [pipeline, ids] of Object.entries(running.pipelines))
      this.#flow(pipeline, ids, { items, failing });
    return writeMetrics({
      instanceId,
      startMs: this.#startedAtMs,
      timeMs: nowMs,
      counters: [...this.#counters.values()].map(({ of, value }) => ({ ...of, value: Math.round(value) })),
    });
  }

  #flow(
    pipeline: string,
    ids: readonly string[],
    { items, failing }: { readonly items: number; readonly failing: string | undefined },
  ): void {
    const signal = pipeline.split('/')[0] as string;
    const word = itemsOf[signal];
    if (word === undefined) return;
    const idsOf = (kind: string) =>
      ids.flatMap((id) => (id.startsWith(`${kind}:`) ? [id.slice(kind.length + 1)] : []));
    let flowing = 0;
    for (const receiver of idsOf('receiver')) {
      this.#count(`otelcol_receiver_accepted_${word}`, { receiver, transport: 'grpc' }, items);
      flowing += items;
    }
    for (const processor of idsOf('processor')) {
      const attributes = { processor, 'otel.signal': signal };
      this.#count('otelcol_processor_incoming_items', attributes, flowing);
      flowing *= letsThrough[processor.split('/')[0] as string] ?? 1;
      this.#count('otelcol_processor_outgoing_items', attributes, flowing);
    }
    for (const exporter of idsOf('exporter')) {
      const outcome = failing === `exporter:${exporter}` ? 'send_failed' : 'sent';
      this.#count(`otelcol_exporter_${outcome}_${word}`, { exporter }, flowing);
    }
  }

  #count(name: string, attributes: Readonly<Record<string, string>>, items: number): void {
    const key = `${name} ${Object.values(attributes).join(' ')}`;
    const counter = this.#counters.get(key) ?? { of: { name, attributes, value: 0 }, value: 0 };
    counter.value += items;
    this.#counters.set(key, counter);
  }
}
