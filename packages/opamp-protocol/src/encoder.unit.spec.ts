import { expect } from 'chai';
import {
  decodeAgentToServer,
  decodeAgentToServerFrame,
  decodeServerToAgent,
  decodeServerToAgentFrame,
} from './decoder.ts';
import {
  addressServerToAgentFrame,
  encodeAgentToServer,
  encodeAgentToServerFrame,
  encodeServerToAgent,
  encodeServerToAgentFrame,
} from './encoder.ts';

const instanceUid = Uint8Array.from({ length: 16 }, (_, index) => index);
const uid = '000102030405060708090a0b0c0d0e0f';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('the encoder', () => {
  it('writes a heartbeat in 25 bytes, and zero not at all', () => {
    expect(hex(encodeAgentToServer({ instanceUid, sequenceNum: 1234n, capabilities: 0x2845n }))).to.equal(
      `0a10${uid}10d20920c550`,
    );
    expect(hex(encodeAgentToServer({ instanceUid, sequenceNum: 0n, capabilities: 1n, flags: 0n }))).to.equal(
      `0a10${uid}2001`,
    );
    expect(
      encodeAgentToServerFrame({ instanceUid, sequenceNum: 1234n, capabilities: 0x2845n }),
    ).to.have.length(25);
  });

  it('puts the header in front of a frame', () => {
    expect(hex(encodeServerToAgentFrame({ instanceUid, capabilities: 7n }))).to.equal(`000a10${uid}3807`);
    expect(hex(encodeServerToAgentFrame({}))).to.equal('00');
    expect(hex(encodeAgentToServerFrame({}))).to.equal('00');
  });

  it('writes a present sub-message, empty or not, and no absent one', () => {
    expect(hex(encodeServerToAgent({ instanceUid, command: {} }))).to.equal(`0a10${uid}4a00`);
    expect(hex(encodeServerToAgent({ instanceUid, command: { type: 0 } }))).to.equal(`0a10${uid}4a00`);
    expect(hex(encodeServerToAgent({ instanceUid, command: undefined }))).to.equal(`0a10${uid}`);
    expect(hex(encodeAgentToServer({ agentDisconnect: {} }))).to.equal('4a00');
  });

  it('writes a zero that is a value, as in an attribute', () => {
    const message = encodeAgentToServer({
      agentDescription: {
        identifyingAttributes: [
          { key: 'a', value: { intValue: 0n } },
          { key: 'b', value: { stringValue: '' } },
        ],
      },
    });
    expect(decodeAgentToServer(message).agentDescription?.identifyingAttributes).to.deep.equal([
      { key: 'a', value: { intValue: 0n } },
      { key: 'b', value: { stringValue: '' } },
    ]);
  });

  it('writes text that every peer accepts, whatever JavaScript makes of it', () => {
    for (const length of [1, 39, 40, 127, 128, 5000]) {
      const broken = `${'x'.repeat(length)}\uD800`;
      const message = decodeServerToAgent(encodeServerToAgent({ errorResponse: { errorMessage: broken } }));
      expect(message.errorResponse?.errorMessage).to.equal(`${'x'.repeat(length)}\uFFFD`);
    }
  });

  it('gives each message bytes of its own', () => {
    const first = encodeServerToAgent({ instanceUid, capabilities: 1n });
    const before = hex(first);
    encodeServerToAgent({ instanceUid: new Uint8Array(16).fill(255), capabilities: 2n ** 64n - 1n });
    expect(hex(first)).to.equal(before);
  });

  it('writes large bodies, and small messages after them', () => {
    const body = new Uint8Array(3_000_000).fill(7);
    const large = encodeServerToAgentFrame({ remoteConfig: { config: { configMap: { '': { body } } } } });
    expect(decodeServerToAgentFrame(large).remoteConfig?.config?.configMap['']?.body).to.have.length(
      body.length,
    );
    expect(hex(encodeServerToAgent({ capabilities: 1n }))).to.equal('3801');
  });

  it('starts afresh after a message that could not be encoded', () => {
    const broken = { connectionSettings: { opamp: { destinationEndpoint: 5 } } } as unknown as Parameters<
      typeof encodeServerToAgent
    >[0];
    expect(() => encodeServerToAgent(broken)).to.throw();
    expect(hex(encodeServerToAgent({ command: {} }))).to.equal('4a00');
  });

  it('addresses one shared message to many agents', () => {
    const shared = encodeServerToAgent({
      remoteConfig: { configHash: new Uint8Array(32).fill(1) },
      capabilities: 7n,
    });
    const whole = encodeServerToAgentFrame({
      instanceUid,
      remoteConfig: { configHash: new Uint8Array(32).fill(1) },
      capabilities: 7n,
    });
    expect(hex(addressServerToAgentFrame(instanceUid, shared))).to.equal(hex(whole));
  });

  it('reverses the decoder on frames', () => {
    const frame = encodeAgentToServerFrame({ instanceUid, sequenceNum: 3n });
    expect(decodeAgentToServerFrame(frame).sequenceNum).to.equal(3n);
  });
});
