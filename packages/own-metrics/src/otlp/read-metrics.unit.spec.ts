import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { MalformedMetrics } from './malformed-metrics.ts';
import { defaultReadLimits } from './read-limits.ts';
import { readMetrics } from './read-metrics.ts';
import { writeStatus, writeTaken } from './write-answers.ts';
import { writeMetrics } from './write-metrics.ts';

const instanceId = '0192f0c1-8b1a-7cde-8000-0123456789ab';
const counter = { name: 'otelcol_receiver_accepted_spans', attributes: { receiver: 'otlp' }, value: 42 };
const sent = writeMetrics({ instanceId, startMs: 1_000, timeMs: 31_000, counters: [counter] });

const json = (point: object, sum: object = {}) =>
  Buffer.from(
    JSON.stringify({
      resourceMetrics: [
        {
          resource: { attributes: [{ key: 'service.instance.id', value: { stringValue: instanceId } }] },
          scopeMetrics: [
            {
              metrics: [
                { name: 'http_requests', sum: { dataPoints: [{ asInt: '1' }] } },
                {
                  name: counter.name,
                  sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point], ...sum },
                },
              ],
            },
          ],
        },
      ],
    }),
  );
const jsonPoint = {
  attributes: [{ key: 'receiver', value: { stringValue: 'otlp' } }],
  startTimeUnixNano: '1000000000',
  timeUnixNano: '31000000000',
  asInt: '42',
};

describe('reading metrics', () => {
  it('reads what is written, the same in both encodings', () => {
    const [resource] = readMetrics(sent, 'protobuf');
    expect(resource).to.deep.equal({
      instanceId,
      points: [
        {
          measure: { section: 'receivers', id: 'otlp', signal: 'traces', quantity: 'in' },
          series: `${counter.name}\u0000receiver\u0000otlp`,
          temporality: 'cumulative',
          startMs: 1_000,
          timeMs: 31_000,
          value: 42,
        },
      ],
      skipped: 0,
    });
    expect(readMetrics(json(jsonPoint), 'json')).to.deep.equal([resource]);
  });

  it('reads integers as they stand in protobuf, and a resource that stands behind its metrics', () => {
    const point = protobuf.Writer.create().uint32(25).fixed32(3_000_000_000).fixed32(7);
    point.uint32(49).sfixed32(5).sfixed32(1); // as_int: 2^32 + 5
    point
      .uint32(58)
      .fork()
      .uint32(10)
      .string('receiver')
      .uint32(18)
      .fork()
      .uint32(10)
      .string('otlp')
      .ldelim()
      .ldelim();
    const data = protobuf.Writer.create().uint32(16).int32(1).uint32(10).bytes(point.finish());
    const metric = protobuf.Writer.create().uint32(58).bytes(data.finish()).uint32(10).string(counter.name);
    const scope = protobuf.Writer.create().uint32(18).bytes(metric.finish());
    const resource = protobuf.Writer.create().uint32(18).bytes(scope.finish());
    const [read] = readMetrics(
      protobuf.Writer.create().uint32(10).bytes(resource.finish()).finish(),
      'protobuf',
    );
    expect(read?.instanceId).to.equal('');
    expect(read?.points[0]).to.include({ temporality: 'delta', value: 2 ** 32 + 5, startMs: 0 });
    expect(read?.points[0]?.timeMs).to.be.closeTo((7 * 2 ** 32 + 3_000_000_000) / 1e6, 1e-3);
  });

  const useless: Record<string, object> = {
    'a number below zero': { ...jsonPoint, asInt: '-1' },
    'no number': { ...jsonPoint, asInt: undefined },
    'something else for a number': { ...jsonPoint, asInt: 'many' },
    'no time': { ...jsonPoint, timeUnixNano: '0' },
    'the flag for no value': { ...jsonPoint, flags: 1 },
    'too long an attribute': {
      ...jsonPoint,
      attributes: [{ key: 'receiver', value: { stringValue: 'x'.repeat(300) } }],
    },
    'too many attributes': {
      ...jsonPoint,
      attributes: Array.from({ length: 65 }, (_, index) => ({ key: `k${index}`, value: {} })),
    },
  };
  for (const [what, point] of Object.entries(useless)) {
    it(`leaves out a point with ${what}`, () => {
      expect(readMetrics(json(point), 'json')[0]).to.deep.equal({ instanceId, points: [], skipped: 1 });
    });
  }

  it('leaves out sums that do not say how they count', () => {
    const [resource] = readMetrics(json(jsonPoint, { aggregationTemporality: 0 }), 'json');
    expect(resource).to.include({ skipped: 1 });
  });

  for (const what of ['maxResources', 'maxMetrics', 'maxPoints'] as const) {
    it(`refuses more than ${what}`, () => {
      const limits = { ...defaultReadLimits, [what]: 0 };
      expect(() => readMetrics(sent, 'protobuf', limits)).to.throw(MalformedMetrics, /too many/);
      expect(() => readMetrics(json(jsonPoint), 'json', limits)).to.throw(MalformedMetrics, /too many/);
    });
  }

  it('refuses what is no request, and nothing but that ever happens', () => {
    for (const body of ['', '[]', '{', '{"resourceMetrics": 1}', '{"resourceMetrics": [1]}', '\uD800'])
      expect(() => readMetrics(Buffer.from(body), 'json'), body).to.throw(MalformedMetrics);
    expect(() => readMetrics(sent.subarray(0, -1), 'protobuf')).to.throw(MalformedMetrics);
    const fails = (body: Uint8Array, encoding: 'protobuf' | 'json') => {
      try {
        readMetrics(body, encoding);
      } catch (error) {
        expect(error).to.be.instanceOf(MalformedMetrics);
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(sent.length), (noise, place) => {
        fails(noise, 'protobuf');
        fails(Buffer.concat([sent.subarray(0, place), noise, sent.subarray(place)]), 'protobuf');
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        fails(Buffer.from(text), 'json');
        fails(
          Buffer.from(
            `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"${counter.name}","sum":${text}}]}]}]}`,
          ),
          'json',
        );
      }),
    );
  });
});

describe('answers to metrics', () => {
  it('say what was not taken and why, in both encodings', () => {
    expect([...writeTaken('protobuf')]).to.deep.equal([]);
    expect(Buffer.from(writeTaken('json')).toString()).to.equal('{}');
    const partial = { rejectedDataPoints: 3, errorMessage: 'no' };
    expect([...writeTaken('protobuf', partial)]).to.deep.equal([10, 6, 8, 3, 18, 2, 110, 111]);
    expect(JSON.parse(Buffer.from(writeTaken('json', partial)).toString())).to.deep.equal({
      partialSuccess: { rejectedDataPoints: '3', errorMessage: 'no' },
    });
    expect([...writeStatus('protobuf', 3, 'no')]).to.deep.equal([8, 3, 18, 2, 110, 111]);
  });
});
