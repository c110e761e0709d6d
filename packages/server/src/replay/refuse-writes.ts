import type { RequestListener } from 'node:http';

/** Asks and changes nothing, for all that it is a POST. */
const harmless = new Set(['/api/configurations/validate']);

/** In front of an application that shows a copy: reads pass, everything else is refused before it is looked at. */
export function refuseWrites(application: RequestListener): RequestListener {
  return (request, response) => {
    const method = request.method ?? 'GET';
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (['GET', 'HEAD', 'OPTIONS'].includes(method) || harmless.has(path)) {
      application(request, response);
      return;
    }
    const problem = {
      type: 'about:blank',
      title: 'This is a replay',
      status: 403,
      code: 'replay/read-only',
      detail: 'This server shows a copy of a log and changes nothing. Make the change at the server itself.',
      instance: path,
    };
    request.resume();
    response.writeHead(403, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  };
}
