import { expect } from 'chai';
import fc from 'fast-check';
import {
  countNarrowing,
  emptyFilter,
  type EventFilter,
  parseEventFilter,
  toEventAddress,
  toEventQuery,
  toggleValue,
} from './event-filter.ts';

const parse = (text: string) => parseEventFilter(new URLSearchParams(text));

describe('what narrows the log', () => {
  it('is nothing in an empty address, nor in one that makes no sense', () => {
    expect(parse('')).to.deep.equal(emptyFilter);
    expect(parse('type=,&since=yesterday&stream=%20&group=colour')).to.deep.equal(emptyFilter);
  });

  it('is read, field by field', () => {
    expect(parse('type=B,A,B&actor=me&since=2026-03-01T13:00:00%2B01:00&group=correlation')).to.deep.equal({
      ...emptyFilter,
      type: ['B', 'A'],
      actor: 'me',
      since: '2026-03-01T12:00:00.000Z',
      isGrouped: true,
    });
  });

  it('comes back from its own address', () => {
    const text = fc.option(fc.stringMatching(/^[a-z0-9-]{1,20}$/), { nil: null });
    const list = fc.uniqueArray(fc.stringMatching(/^[A-Za-z-]{1,12}$/), { maxLength: 3 });
    const time = fc.option(
      fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms).toISOString()),
      { nil: null },
    );
    const filters: fc.Arbitrary<EventFilter> = fc.record({
      type: list,
      actor: text,
      tenant: text,
      agentId: text,
      correlationId: text,
      causationId: text,
      stream: text,
      streamPrefix: list,
      since: time,
      until: time,
      isGrouped: fc.boolean(),
    });
    fc.assert(
      fc.property(filters, (filter) => {
        expect(parseEventFilter(new URLSearchParams(toEventAddress(filter)))).to.deep.equal(filter);
      }),
    );
  });

  it('asks the API for nothing that was not said', () => {
    expect(toEventQuery(emptyFilter)).to.deep.equal({});
    expect(toEventQuery(parse('type=A,B&stream=agent-1&group=correlation'))).to.deep.equal({
      type: ['A', 'B'],
      stream: 'agent-1',
    });
  });

  it('takes a value and gives it back', () => {
    const one = toggleValue(emptyFilter, 'type', 'A');
    expect(one.type).to.deep.equal(['A']);
    expect(toggleValue(one, 'type', 'A')).to.deep.equal(emptyFilter);
    expect(countNarrowing(toggleValue(parse('actor=me&type=B'), 'type', 'A'))).to.equal(3);
  });
});
