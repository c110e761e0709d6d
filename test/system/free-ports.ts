import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

/** Loopback ports that nobody listened on a moment ago, all different: they are held together before they are let go. */
export async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, listen));
  await Promise.all(held.map(({ server }) => close(server)));
  return held.map(({ port }) => port);
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}

export interface TakenPort {
  readonly port: number;
  release(): Promise<void>;
}

/** A loopback port that is in use until released. */
export async function takePort(): Promise<TakenPort> {
  const { server, port } = await listen();
  return { port, release: () => close(server) };
}
