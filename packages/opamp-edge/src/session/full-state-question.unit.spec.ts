import {
  decodeAgentToServer,
  encodeAgentToServer,
  type MessageInit,
  type AgentToServer,
} from '@ampora/opamp-protocol';
import { expect } from 'chai';
import type { AgentConnection } from './agent-connection.ts';
import { FullStatePace } from './full-state-pace.ts';
import { FullStateQuestion } from './full-state-question.ts';

const uid = Buffer.from('0190a1b2c3d470008000000000000001', 'hex');
const message = (parts: MessageInit<AgentToServer>) =>
  decodeAgentToServer(
    encodeAgentToServer({ instanceUid: uid, capabilities: 0x7de7n, sequenceNum: 7n, ...parts }),
  );
const full = { agentDescription: {}, health: {}, effectiveConfig: {} };
const nobody = { askFullStateUnprompted: () => undefined };
const now = Date.now();

function asked() {
  const fullState = new FullStatePace();
  const question = new FullStateQuestion({ fullState, statusTimeoutMs: 1_000 });
  question.startFromLog();
  expect(question.claim(nobody, now)).to.equal(true);
  question.sent(now);
  fullState.stop();
  return question;
}

describe('the question for full state', () => {
  it('is answered by a status, and by a full report without one', () => {
    for (const parts of [{ remoteConfigStatus: {} }, full]) {
      const question = asked();
      question.heard(message(parts));
      expect(question.doubt).to.equal('none');
    }
  });

  it('is not answered by what crossed it', () => {
    const question = asked();
    for (const parts of [{}, { health: {} }, { agentDescription: {} }, { effectiveConfig: {} }])
      question.heard(message(parts));
    expect(question.doubt).to.equal('all');
    expect(question.isPending(now)).to.equal(true);
  });

  it('counts time from when it was sent, and once', () => {
    const question = asked();
    expect(question.dueMs).to.equal(now + 1_000);
    expect(question.expire(now + 999)).to.equal(false);
    expect(question.expire(now + 1_000)).to.equal(true);
    expect(question.doubt).to.equal('none');
    expect(question.expire(now + 1_001)).to.equal(false);
  });

  it('gives the time again when this process stood still', () => {
    const question = asked();
    expect(question.expire(now + 5_000)).to.equal(false);
    expect(question.doubt).to.equal('all');
    expect(question.expire(now + 6_000)).to.equal(true);
  });

  it('is owed again on another connection, unless it was answered', () => {
    const question = asked();
    question.onNewConnection(false);
    expect(question.isOwed).to.equal(true);
    const answered = asked();
    answered.heard(message(full));
    answered.onNewConnection(false);
    expect(answered.isOwed).to.equal(false);
  });

  it('stays owed while its peer cannot be written to', () => {
    const question = new FullStateQuestion({ fullState: new FullStatePace(), statusTimeoutMs: 1_000 });
    const connection = { push: () => false } as unknown as AgentConnection;
    question.owe(nobody, now);
    expect(question.askUnprompted(connection, uid, now)).to.equal(false);
    expect(question.isOwed).to.equal(true);
  });

  it('S11, X19: is put three times at once and then once in twenty seconds, however often there is a reason', () => {
    const question = asked();
    const claims = Array.from({ length: 600 }, (_, second) => question.claim(nobody, now + second * 1_000));
    expect(claims.filter(Boolean)).to.have.length(2 + Math.floor(599 / 20));
  });
});
