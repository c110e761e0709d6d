import type { Metrics, Readiness } from '@ampora/platform';
import { Router } from 'express';

/** `/health/live` (the process answers), `/health/ready` (it can do its work; 503 with the reasons when not), `/metrics`. */
export function healthRoutes({
  readiness,
  metrics,
}: {
  readonly readiness: Readiness;
  readonly metrics: Metrics;
}): Router {
  const router = Router();
  router.get('/health/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  router.get('/health/ready', async (_request, response) => {
    const report = await readiness.report();
    response
      .status(report.ready ? 200 : 503)
      .json({ status: report.ready ? 'ready' : 'not-ready', checks: report.checks });
  });
  router.get('/metrics', async (_request, response) => {
    const { contentType, body } = await metrics.exposition();
    response.set('content-type', contentType).send(body);
  });
  return router;
}
