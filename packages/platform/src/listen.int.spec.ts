import { createServer } from 'node:http';
import { expect } from 'chai';
import { listen } from './listen.ts';
import { StartupError } from './startup-error.ts';

async function refusal(host: string, port: number): Promise<string> {
  const server = createServer();
  try {
    await listen(server, { host, port, section: 'OpAmp' });
  } catch (error) {
    expect(error).to.be.instanceOf(StartupError);
    return (error as StartupError).message;
  } finally {
    server.close();
  }
  throw new Error('It listens.');
}

describe('listening', () => {
  it('tells the port it got', async () => {
    const server = createServer();
    expect(await listen(server, { host: '127.0.0.1', port: 0, section: 'Http' })).to.be.greaterThan(0);
    server.close();
  });

  it('names a port in use and the setting to change', async () => {
    const holder = createServer();
    const port = await listen(holder, { host: '127.0.0.1', port: 0, section: 'Http' });
    expect(await refusal('127.0.0.1', port)).to.equal(
      `Port ${port} on 127.0.0.1 (OpAmp:Port) is in use by another program: end it, or set OpAmp__Port to another one.`,
    );
    holder.close();
  });

  it('names a host that is not of this machine', async () => {
    expect(await refusal('192.0.2.1', 0)).to.match(
      /192\.0\.2\.1 \(OpAmp:Host\) is not an address of this machine/,
    );
  });
});
