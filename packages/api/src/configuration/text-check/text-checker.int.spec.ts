import { expect } from 'chai';
import { ApiError } from '../../problem/api-error.ts';
import { createTextChecker, type TextChecker } from './text-checker.ts';

const sound =
  'receivers: {nop: }\nexporters: {nop: }\nservice: {pipelines: {logs: {receivers: [nop], exporters: [nop]}}}\n';
const long = `receivers:\n${Array.from({ length: 10_000 }, (_, index) => `  otpl${index}: {protocols: {grpc: }}\n`).join('')}`;

describe('the checker of texts', () => {
  const checkers: TextChecker[] = [];
  const start = (options: Parameters<typeof createTextChecker>[0]): TextChecker => {
    const checker = createTextChecker(options);
    checkers.push(checker);
    return checker;
  };
  afterEach(async () => {
    for (const checker of checkers.splice(0)) await checker.close();
  });

  it('gives a text up that takes too long, and goes on with the next', async () => {
    const checker = start({ threads: 1, timeLimitMs: 3_000 });
    await checker.check({ text: sound, lintRules: [] });
    const hasty = start({ threads: 1, timeLimitMs: 1 });
    const { findings, isPublishable } = await hasty.check({ text: long, lintRules: [] });
    expect(isPublishable).to.equal(false);
    expect(findings[0]).to.include({ code: 'syntax/too-complex', layer: 'syntax', line: 1, column: 1 });
    expect((await checker.check({ text: sound, lintRules: [] })).isPublishable).to.equal(true);
  });

  it('begins another thread after one was ended, and after one has done its share', async () => {
    const checker = start({ threads: 1, maxTexts: 1 });
    for (let turn = 0; turn < 3; turn++)
      expect((await checker.check({ text: sound, lintRules: [] })).semanticHash).to.match(/^[0-9a-f]{64}$/);
  });

  it('gives a text up that takes too much memory', async () => {
    const checker = start({ threads: 1, memoryLimitMib: 24 });
    const { findings } = await checker.check({ text: long, lintRules: [] });
    expect(findings[0]?.code).to.equal('syntax/too-complex');
    expect(findings[0]?.message).to.match(/memory/);
  });

  it('refuses more than can wait, and serves those who do', async () => {
    const checker = start({ threads: 1, maxWaiting: 1 });
    const running = checker.check({ text: sound, lintRules: [] });
    const waiting = checker.check({ text: sound, lintRules: [] });
    const refused = await checker.check({ text: sound, lintRules: [] }).catch((error: unknown) => error);
    expect(refused)
      .to.be.instanceOf(ApiError)
      .and.to.include({ status: 503, code: 'configuration/too-many-checks' });
    expect((await running).isPublishable && (await waiting).isPublishable).to.equal(true);
  });

  it('lets go of those who wait when it is closed', async () => {
    const checker = start({ threads: 1 });
    const asked = [1, 2, 3].map(() =>
      checker.check({ text: long, lintRules: [] }).then(
        () => 'done',
        () => 'refused',
      ),
    );
    await checker.close();
    for (const outcome of await Promise.all(asked)) expect(outcome).to.be.oneOf(['done', 'refused']);
  });

  it('judges by the rules that it is given', async () => {
    const checker = start({ threads: 1 });
    const rule = {
      id: 'named',
      name: 'Named',
      enabled: true,
      severity: 'error',
      expression: 'has-key config.service.telemetry',
    } as const;
    const { findings, isPublishable } = await checker.check({ text: sound, lintRules: [rule] });
    expect(isPublishable).to.equal(false);
    expect(findings.map(({ code }) => code)).to.include('lint/named');
  });
});
