import express, { type Express, type RequestHandler } from 'express';
import type { Telemetry } from './telemetry.ts';

export interface FacesOptions {
  readonly telemetry: Telemetry;
  readonly web: RequestHandler | undefined;
}

/** What answers over HTTP. */
export function createFaces({ telemetry: { readiness, metrics }, web }: FacesOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/health/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  app.get('/health/ready', async (_request, response) => {
    const report = await readiness.report();
    response
      .status(report.ready ? 200 : 503)
      .json({ status: report.ready ? 'ready' : 'not-ready', checks: report.checks });
  });
  app.get('/metrics', async (_request, response) => {
    const { contentType, body } = await metrics.exposition();
    response.set('content-type', contentType).send(body);
  });
  if (web !== undefined) app.use(web);
  return app;
}
