import { trace } from '@opentelemetry/api';
import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js';
import { expect } from 'chai';
import { continueTrace, currentTraceparent, startTracing } from './tracing.ts';

const raw = { requestSerialize: (bytes: Buffer) => bytes, requestDeserialize: (bytes: Buffer) => bytes };
const service = {
  export: {
    path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    requestStream: false,
    responseStream: false,
    ...raw,
    responseSerialize: (bytes: Buffer) => bytes,
    responseDeserialize: (bytes: Buffer) => bytes,
  },
};

describe('tracing to an OTLP endpoint', () => {
  it('sends spans with the resource, the credentials and one trace across a hand-over', async () => {
    const received: { readonly body: string; readonly authorization: unknown }[] = [];
    const server = new Server();
    server.addService(service, {
      export: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
        received.push({
          body: call.request.toString('latin1'),
          authorization: call.metadata.get('authorization')[0],
        });
        answer(null, Buffer.alloc(0));
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    const tracing = await startTracing({
      serviceName: 'ampora-spec',
      serviceVersion: '9.8.7',
      environment: 'spec-environment',
      instanceId: 'spec-instance',
      endpoint: `http://127.0.0.1:${port}`,
      headers: { Authorization: 'Bearer spec' },
      samplingRatio: 1,
    });
    try {
      expect(tracing.exporting).to.equal(true);
      const tracer = trace.getTracer('spec');
      const traceparent = tracer.startActiveSpan('first.half', (span) => {
        const current = currentTraceparent();
        span.end();
        return current;
      });
      expect(traceparent).to.match(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      const second = continueTrace(traceparent, () => tracer.startSpan('second.half'));
      expect(second.spanContext().traceId).to.equal(traceparent?.split('-')[1]);
      second.end();
    } finally {
      await tracing.stop();
      trace.disable();
      server.forceShutdown();
    }
    const sent = received.map(({ body }) => body).join('');
    for (const text of [
      'ampora-spec',
      '9.8.7',
      'spec-environment',
      'spec-instance',
      'first.half',
      'second.half',
    ]) {
      expect(sent).to.contain(text);
    }
    expect(received[0]?.authorization).to.equal('Bearer spec');
  });
});
