import { join } from 'node:path';
import {
  buildOnce,
  buildStep,
  builderTool,
  buildTool,
  manifestDirectory,
  type BuildOptions,
} from './go-build.ts';

const supervisorTool = 'github.com/open-telemetry/opentelemetry-collector-contrib/cmd/opampsupervisor';
/** What `dist.name` and `dist.output_path` of builder.yaml make of the built Collector. */
const builtCollector = 'otelcol/otelcol-ampora';

export interface RealClients {
  /** An OpenTelemetry Collector with opampextension. */
  readonly collector: string;
  readonly supervisor: string;
}

/** Builds the real clients from `infra/collector`, or answers at once when this Go has built these manifests before. */
export async function buildRealClients(options: BuildOptions): Promise<RealClients> {
  const directory = await buildOnce(
    {
      manifests: ['builder.yaml', 'go.mod', 'go.sum'],
      outputs: [builtCollector, 'opampsupervisor'],
      announcement:
        'building a real Collector and supervisor (two minutes from empty caches, seconds from warm ones)',
      steps: async (place) => {
        await buildTool(place, { name: 'builder', tool: builderTool });
        await buildTool(place, { name: 'opampsupervisor', tool: supervisorTool });
        await buildStep(place, {
          name: 'collector',
          command: join(place.directory, 'builder'),
          args: ['--config', join(manifestDirectory, 'builder.yaml')],
          output: builtCollector,
        });
      },
    },
    options,
  );
  return {
    collector: join(directory, builtCollector),
    supervisor: join(directory, 'opampsupervisor'),
  };
}
