import type { Handle, HandleFetch } from '@sveltejs/kit/hooks';

/** Problems are known by their content type, in a page that is rendered here as in one that runs in the browser. */
export const handle: Handle = ({ event, resolve }) =>
  resolve(event, { filterSerializedResponseHeaders: (name) => name === 'content-type' });

/**
 * Pages load through the API on the server too. A request for `/api` made while a page renders goes back over the
 * address and port that the page itself was asked on, with the caller's own credentials.
 */
export const handleFetch: HandleFetch = async ({ event, request, fetch }) => {
  const url = new URL(request.url);
  if (!url.pathname.startsWith('/api/')) return fetch(request);
  const headers = new Headers(request.headers);
  for (const name of ['cookie', 'authorization', 'traceparent']) {
    const value = event.request.headers.get(name);
    if (value !== null && !headers.has(name)) headers.set(name, value);
  }
  return globalThis.fetch(`${apiOrigin(event.platform)}${url.pathname}${url.search}`, {
    method: request.method,
    headers,
    signal: request.signal,
  });
};

function apiOrigin(platform: App.Platform | undefined): string {
  const override = process.env['AMPORA_API_URL'];
  if (override) return override.replace(/\/$/, '');
  const socket = platform?.req.socket;
  const address = socket?.localAddress ?? '127.0.0.1';
  const host = address.includes(':') ? `[${address}]` : address;
  const scheme = socket !== undefined && 'encrypted' in socket ? 'https' : 'http';
  return `${scheme}://${host}:${socket?.localPort ?? 8080}`;
}
