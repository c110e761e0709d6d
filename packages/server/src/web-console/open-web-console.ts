import type { RequestHandler } from 'express';
import { answerStarting } from '../front-door.ts';
import { prepareWebConsole, type WebConsoleOptions } from './web-console.ts';

export interface OpenedWebConsole {
  /** Serves the console; while it is still built, a page that asks again by itself. */
  readonly handler: RequestHandler;
  /** Rejects when it cannot be built. */
  readonly built: Promise<void>;
}

/** Prepares the console beside everything else: agents and the API do not wait for it. Without options there is none. */
export function openWebConsole(options: WebConsoleOptions | undefined): OpenedWebConsole {
  let handler: RequestHandler = options === undefined ? answerNothing : answerStarting;
  const prepare = async (): Promise<void> => {
    if (options !== undefined) handler = (await prepareWebConsole(options)) ?? answerNothing;
  };
  const built = prepare();
  // Awaited at the end of the start; until then a failure must not count as unhandled.
  built.catch(() => undefined);
  return {
    handler: (request, response, next) => handler(request, response, next),
    built,
  };
}

const answerNothing: RequestHandler = (_request, response) => {
  response
    .status(404)
    .type('text/plain')
    .send('This server has no web console; its API is described at /openapi.json.\n');
};
