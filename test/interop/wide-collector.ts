import { join } from 'node:path';
import {
  buildOnce,
  buildStep,
  builderTool,
  buildTool,
  manifestDirectory,
  type BuildOptions,
} from './go-build.ts';

/** What `dist.name` and `dist.output_path` of wide/builder.yaml make of the built Collector. */
const builtCollector = 'otelcol-wide/otelcol-wide';

export interface WideCollector {
  /** A Collector of many components: ask its `validate`. */
  readonly collector: string;
  /** The Go sources that the builder made for it: a module whose `components.go` links every factory. */
  readonly sources: string;
}

/**
 * Builds the wide Collector of `infra/collector/wide`, or answers at once when this Go has built it before. Some six
 * minutes from empty Go caches: give the hook that calls it half an hour.
 */
export async function buildWideCollector(options: BuildOptions): Promise<WideCollector> {
  const directory = await buildOnce(
    {
      manifests: ['wide/builder.yaml', 'go.mod', 'go.sum'],
      outputs: [builtCollector, 'otelcol-wide/components.go'],
      announcement: 'building the wide Collector (six minutes from empty caches, one from warm ones)',
      steps: async (place) => {
        await buildTool(place, { name: 'builder', tool: builderTool });
        await buildStep(place, {
          name: 'wide-collector',
          command: join(place.directory, 'builder'),
          args: ['--config', join(manifestDirectory, 'wide/builder.yaml')],
          output: builtCollector,
        });
      },
    },
    options,
  );
  return { collector: join(directory, builtCollector), sources: join(directory, 'otelcol-wide') };
}
