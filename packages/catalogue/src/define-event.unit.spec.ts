import type { RecordedEvent } from '@ampora/kernel';
import { expect } from 'chai';
import { z } from 'zod';
import { decodeEvent, encodeEvent, InvalidEventData } from './codec.ts';
import { defineEvent } from './define-event.ts';

describe('defining an event', () => {
  it('fails at load when a step between two shapes is missing', () => {
    const define = () =>
      defineEvent({
        type: 'Moved',
        version: 3,
        summary: '',
        schema: z.object({}),
        upcast: { 1: (data) => data },
      });
    expect(define).to.throw('Moved has no upcasting step from version 2');
  });
});

describe('the codec', () => {
  it('adds the version of today', () => {
    expect(encodeEvent({ type: 'ConfigurationDraftDiscarded', data: { version: 1 } })).to.deep.equal({
      type: 'ConfigurationDraftDiscarded',
      schemaVersion: 1,
      data: { version: 1 },
    });
  });
  it('refuses data that does not fit, naming the path and not the value', () => {
    const secret = 'hunter2';
    const encode = () =>
      encodeEvent({ type: 'ConfigurationDraftDiscarded', data: { version: secret as never } });
    expect(encode)
      .to.throw(InvalidEventData)
      .with.property('message')
      .that.contains('version')
      .and.does.not.contain(secret);
  });
  it('trusts the shape of today, which was checked when it was written', () => {
    const stored = {
      type: 'ConfigurationDraftDiscarded',
      schemaVersion: 1,
      data: { version: 1 },
      metadata: { tenant: 'default' },
    } as unknown as RecordedEvent;
    expect(decodeEvent(stored)).to.equal(stored);
  });
});
