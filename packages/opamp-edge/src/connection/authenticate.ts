import type { IncomingMessage } from 'node:http';

/** Who may come in; asked for every handshake and every HTTP request, before anything is read. */
export type Authenticate = (request: IncomingMessage) => Admission | Promise<Admission>;

export type Admission =
  | { readonly admitted: true }
  | {
      readonly admitted: false;
      readonly status: 401 | 403;
      /** For the peer; says nothing of what exists. */
      readonly reason: string;
      /** Value of WWW-Authenticate, with 401. */
      readonly challenge?: string;
    };

/** Open enrolment: peers on this machine need no credentials, all others have none that would do. */
export const admitLoopback: Authenticate = (request) =>
  isLoopbackAddress(request.socket.remoteAddress)
    ? { admitted: true }
    : {
        admitted: false,
        status: 401,
        reason: 'Credentials are required.',
        challenge: 'Bearer realm="opamp"',
      };

export function isLoopbackAddress(address: string | undefined): boolean {
  return address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address ?? '');
}
