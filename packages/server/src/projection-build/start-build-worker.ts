import { Worker } from 'node:worker_threads';
import type { Settings } from '@ampora/platform';
import type { StartBuildWorker } from '@ampora/projections';
import type { BuildWorkerData } from './build-worker.ts';

/** Starts threads for rebuilds, so that agents and readers never wait for a rebuild's turn of the event loop. */
export function buildWorkersOf(settings: Settings, connectionString: string): StartBuildWorker {
  return (order) =>
    new Worker(new URL('./build-worker.ts', import.meta.url), {
      name: 'rebuild',
      workerData: { settings, connectionString, order } satisfies BuildWorkerData,
    });
}
