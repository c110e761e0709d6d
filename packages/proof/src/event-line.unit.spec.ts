import { expect } from 'chai';
import fc from 'fast-check';
import { recorded } from './built-tree.spec.ts';
import { eventLine } from './event-line.ts';

describe('the line of an event', () => {
  it('is a CloudEvents 1.0 event, attributes in their order', () => {
    const event = recorded(4);
    const whole = {
      ...event,
      metadata: { ...event.metadata, sourceIp: '::1', causationId: 'x', traceparent: '00-a-b-01' },
    };
    expect(eventLine(whole, 4)).to.equal(
      '{"specversion":"1.0","id":"00000000-0000-4000-8000-000000000004","source":"/ampora/default",' +
        '"type":"AgentHealthReported","subject":"agent-4","time":"2023-11-14T22:13:20.040Z",' +
        '"datacontenttype":"application/json","sequence":"4","position":"9","revision":0,"schemaversion":1,' +
        '"tenant":"default","actor":"system","actorrole":"System","sourceip":"::1","correlationid":"c1",' +
        '"causationid":"x","traceparent":"00-a-b-01","data":{"n":4}}',
    );
  });

  it('is one line of JSON that says what the event says, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 3 }),
        fc.string({ unit: 'grapheme' }),
        fc.nat(),
        (value, name, sequence) => {
          const event = recorded(1, { value: JSON.parse(JSON.stringify(value)) });
          const odd = {
            ...event,
            streamId: name,
            metadata: { ...event.metadata, tenant: name, actor: name },
          };
          const line = eventLine(odd, sequence);
          expect(line).to.not.include('\n');
          expect(JSON.parse(line)).to.deep.include({
            source: `/ampora/${name}`,
            subject: name,
            tenant: name,
            actor: name,
            sequence: String(sequence),
            data: odd.data,
          });
          expect(JSON.stringify(JSON.parse(line))).to.equal(line);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('leaves out what the event does not say', () => {
    expect(JSON.parse(eventLine(recorded(1), 0))).to.not.have.any.keys(
      'sourceip',
      'causationid',
      'traceparent',
    );
  });
});
