import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { listen, type Settings } from '@ampora/platform';

/** The console's and the API's port, taken at once and answered truthfully while the rest still starts. */
export interface FrontDoor {
  readonly port: number;
  /** Hands all further requests to the application. */
  open(application: RequestListener): void;
  /** Takes no more connections, lets running requests end for a while, then cuts them. */
  close(): Promise<void>;
}

const GRACE_MS = 3000;

export async function takeFrontDoor({ Http }: Settings): Promise<FrontDoor> {
  let handle: RequestListener = answerStarting;
  const server = createServer((request, response) => {
    handle(request, response);
  });
  const port = await listen(server, { host: Http.Host, port: Http.Port, section: 'Http' });
  return {
    port,
    open(application) {
      handle = application;
    },
    close() {
      return new Promise((resolve) => {
        const cut = setTimeout(() => {
          server.closeAllConnections();
        }, GRACE_MS);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      });
    },
  };
}

/** Tells browsers to come again in a second, probes the state, and programs that it is too early. */
export function answerStarting(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '').split('?', 1)[0];
  const body = (status: number, type: string, text: string): void => {
    response
      .writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'retry-after': '1' })
      .end(text);
  };
  if (path === '/health/live') body(200, 'application/json', '{"status":"live"}');
  else if (path === '/health/ready') {
    body(
      503,
      'application/json',
      '{"status":"not-ready","checks":[{"name":"start","ready":false,"detail":"starting"}]}',
    );
  } else if ((request.headers.accept ?? '').includes('text/html'))
    body(503, 'text/html; charset=utf-8', startingPage);
  else {
    const problem = { type: 'about:blank', title: 'Starting', status: 503, code: 'server/starting' };
    body(503, 'application/problem+json', JSON.stringify(problem));
  }
}

const startingPage =
  '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="1">' +
  '<title>Ampora is starting</title><style>body{font:16px system-ui;display:grid;place-content:center;height:90vh;' +
  'color-scheme:light dark}</style><p>Ampora is starting …</p></html>';
