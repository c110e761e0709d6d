import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A middleware of the shape that Express takes. It answers every request it is given. */
export type WebHandler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

const built = new URL('../build/handler.js', import.meta.url);

/** Whether the console has been built (`npm run build --workspace web`). */
export function isWebBuilt(): boolean {
  return existsSync(built);
}

/**
 * The built console as one middleware, to be mounted after the API on the same origin. It reads the API over the
 * connection that a page was asked on, so it needs no address of its own.
 * Throws an Error that names the build command when there is no build.
 */
export async function loadWebHandler(): Promise<WebHandler> {
  if (!isWebBuilt()) {
    throw new Error('The web console is not built. Run: npm run build --workspace web');
  }
  const { handler } = (await import(built.href)) as { handler: WebHandler };
  return handler;
}
