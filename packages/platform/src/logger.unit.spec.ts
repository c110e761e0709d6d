import { Writable } from 'node:stream';
import { context, trace, TraceFlags } from '@opentelemetry/api';
import { expect } from 'chai';
import { chooseLogFormat, createLogger, type LoggerOptions } from './logger.ts';
import { withLogScope } from './log-scope.ts';

function capture(options: LoggerOptions = {}) {
  const chunks: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { logger: createLogger({ ...options, destination }), text: () => chunks.join('') };
}

describe('a logger', () => {
  it('writes one JSON object a line, with the fields that log shippers rely on', () => {
    const { logger, text } = capture();
    logger.child('Ampora.Edge').warn('A frame was refused', { reason: 'oversize', bytes: 12n });
    logger.critical('Second line\nof one record');
    const lines = text().trimEnd().split('\n');
    expect(lines).to.have.length(2);
    const record = JSON.parse(lines[0]!);
    expect(record).to.deep.include({
      level: 'Warning',
      category: 'Ampora.Edge',
      message: 'A frame was refused',
      reason: 'oversize',
      bytes: '12',
    });
    expect(record.timestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(record).not.to.have.any.keys('trace_id', 'span_id', 'tenant_id', 'correlation_id');
    expect(JSON.parse(lines[1]!).level).to.equal('Critical');
  });

  it('adds tenant and correlation inside a scope, and only there', () => {
    const { logger, text } = capture();
    withLogScope({ tenantId: 'default' }, () => {
      withLogScope({ correlationId: 'c-1' }, () => {
        logger.info('inside');
      });
    });
    logger.info('outside');
    const [inside, outside] = text()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(inside).to.include({ tenant_id: 'default', correlation_id: 'c-1' });
    expect(outside).not.to.have.any.keys('tenant_id', 'correlation_id');
  });

  it('names the trace and span that are active', () => {
    const { logger, text } = capture();
    const spanContext = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
    };
    // Without an SDK there is no context manager: the span is made active by one that knows only this context.
    const active = trace.setSpan(context.active(), trace.wrapSpanContext(spanContext));
    context.setGlobalContextManager({
      active: () => active,
      with: (_context, work, self, ...rest) => work.apply(self as never, rest),
      bind: (_context, target) => target,
      enable: () => context as never,
      disable: () => context as never,
    });
    try {
      logger.info('inside a span');
    } finally {
      context.disable();
    }
    expect(JSON.parse(text())).to.include({ trace_id: spanContext.traceId, span_id: spanContext.spanId });
  });

  it('shows no planted secret, in properties or in the message', () => {
    const { logger, text } = capture();
    logger.error('login with password=hunter2 failed', { headers: { authorization: 'Bearer hunter2' } });
    expect(text()).not.to.contain('hunter2');
  });

  it('cannot be made to lie about its own fields by properties', () => {
    const { logger, text } = capture();
    logger.info('true message', { level: 'Debug', message: 'false', category: 'x', timestamp: 'never' });
    expect(JSON.parse(text())).to.include({
      level: 'Information',
      message: 'true message',
      category: 'Ampora',
    });
  });

  it('obeys levels by category prefix and says so before anything is built', () => {
    const { logger, text } = capture({ levels: { Default: 'Warning', 'Ampora.Edge': 'Debug' } });
    logger.info('hidden');
    logger.child('Ampora.EdgeOther').info('hidden too');
    logger.child('Ampora.Edge.Connection').debug('seen');
    expect(text()).to.contain('seen').and.not.to.contain('hidden');
    expect(logger.isEnabled('Information')).to.equal(false);
    expect(logger.child('Ampora.Edge').isEnabled('Debug')).to.equal(true);
  });

  it('is pretty for a person at a terminal, and never sends terminal commands from elsewhere', () => {
    const { logger, text } = capture({ format: 'pretty' });
    logger.info('agent \u001b]0;owned\u0007 said', { host: 'a\u009b31mb', error: new Error('boom') });
    expect(text()).to.contain('agent \\x1b]0;owned\\x07 said').and.to.contain('a\\x9b31mb');
    expect(text()).to.contain('Error: boom').and.not.to.contain('\u001b]0');
    expect(chooseLogFormat(undefined, true)).to.equal('pretty');
    expect(chooseLogFormat(undefined, false)).to.equal('json');
    expect(chooseLogFormat('json', true)).to.equal('json');
  });
});
