import { type ErrorRequestHandler, type Express, json, type RequestHandler } from 'express';
import express from 'express';
import { openApiDocument } from '@ampora/api-contract/openapi';
import type { EventLog } from '@ampora/application/ports';
import type { Logger, Metrics, Readiness } from '@ampora/platform';
import type { SessionReader } from './authority/caller.ts';
import { refuseForeignOrigins } from './authority/foreign-origin.ts';
import { type OneTimeLinks, welcomeRoute } from './authority/welcome-route.ts';
import { exportRoute, type ExportRouteOptions } from './export/export-route.ts';
import type { ExportSource } from './export/export-source.ts';
import { healthRoutes } from './health/health-routes.ts';
import type { LiveBus } from './live/live-bus.ts';
import { liveRoute } from './live/live-route.ts';
import { ApiError } from './problem/api-error.ts';
import { toProblem } from './problem/to-problem.ts';
import type { Handlers } from './routing/handlers.ts';
import {
  correlationOf,
  registerOperations,
  type RoutingOptions,
  sendHeaders,
} from './routing/register-operations.ts';

export interface ApiOptions {
  readonly log: EventLog;
  readonly source: ExportSource;
  /** Makes the files of exports; may do so on another thread. */
  readonly openExport?: NonNullable<ExportRouteOptions['openExport']>;
  readonly handlers: Handlers;
  readonly waitFor: RoutingOptions['waitFor'];
  readonly sessions: SessionReader;
  readonly links: OneTimeLinks;
  readonly bus: LiveBus;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly version: string;
  /** Largest request body, in bytes. */
  readonly maxBodyBytes: number;
  /** Answer to names of this machine only. */
  readonly localOnly: boolean;
  /** Serves every path that is not the API's: the console. */
  readonly web?: RequestHandler;
}

/** The HTTP application: health, metrics, documents, live stream, operations, console. */
export function createApi(options: ApiOptions): Express {
  const { logger, metrics, bus, sessions } = options;
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');

  app.use(healthRoutes(options));
  app.use(observe(metrics));
  app.use(refuseForeignOrigins(options));
  app.use('/api', (_request, response, next) => {
    response.set('cache-control', 'no-store');
    next();
  });
  const document = openApiDocument(options.version);
  app.get('/openapi.json', (_request, response) => {
    response.json(document);
  });
  app.use(welcomeRoute(options.links));
  app.use(
    liveRoute({
      bus,
      sessions,
      onSent: (events) => {
        metrics.liveBus.events.inc({ tenant: 'default', event_type: 'changes', direction: 'out' }, events);
      },
      onDropped: () => {
        metrics.liveBus.dropped.inc({ tenant: 'default', subscriber: 'browser' });
      },
    }),
  );
  app.use(exportRoute(options));
  // A text of the largest size that is taken grows when it is written as JSON: every line end and quote by a character.
  app.use('/api', json({ limit: 2 * options.maxBodyBytes + 64 * 1024, strict: true }));
  app.use(registerOperations(options));
  app.use(['/api', '/health', '/v1'], (request) => {
    throw new ApiError(
      404,
      'request/no-such-route',
      `There is no ${request.method} ${request.originalUrl.split('?')[0] ?? ''} here. /openapi.json lists what there is.`,
    );
  });
  if (options.web) app.use(options.web);
  app.use(answerProblems(logger));
  return app;
}

function observe(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    response.on('finish', () => {
      const route = typeof request.route?.path === 'string' ? request.route.path : 'console';
      metrics.http.requestDuration.observe(
        { method: request.method, route, status: String(response.statusCode) },
        (performance.now() - started) / 1000,
      );
    });
    next();
  };
}

function answerProblems(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const correlationId = correlationOf(request);
    const { problem, headers, unexpected } = toProblem(error, request.originalUrl.split('?')[0] ?? '');
    if (unexpected)
      logger.error('A request failed', {
        correlation_id: correlationId,
        method: request.method,
        path: request.path,
        error,
      });
    if (response.headersSent) {
      next(error);
      return;
    }
    sendHeaders(response, { ...headers, 'x-correlation-id': correlationId });
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}
