import { request } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ApiProblem, type Finding } from '@ampora/api-contract';
import { storeContent } from '@ampora/application';
import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import { expect } from 'chai';
import { agentId, agentStream, enrolled, type RunningApi, startApi } from '../running-api.spec.ts';

const GOOD = `receivers:
  otlp:
    protocols:
      grpc:
exporters:
  otlp:
    endpoint: backend:4317
service:
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [otlp]
`;

describe('checking a text over the API', () => {
  let api: RunningApi;
  before(async () => {
    api = await startApi();
  });
  after(async () => {
    await api.stop();
  });

  const validate = (body: string, more: object = {}) =>
    api.call('validateConfiguration', { body: { body, ...more } });
  const errorsOf = async (body: string) => {
    const { valid, findings } = await validate(body);
    expect(valid).to.equal(false);
    return findings.filter(({ severity }) => severity === 'error');
  };

  it('takes a sound one, and knows of no builds when not told whom it is for', async () => {
    const { valid, findings, components } = await validate(GOOD);
    expect(findings.filter(({ severity }) => severity !== 'info')).to.deep.equal([]);
    expect({ valid, components }).to.deep.equal({ valid: true, components: null });
  });

  it('has findings of every layer at once, each with its extent and what to write instead', async () => {
    const text = GOOD.replace(
      'endpoint: backend',
      'endpont: x\n    tls: {insecure: true}\n    endpoint: backend',
    )
      .replace('receivers: [otlp]', 'receivers: [otpl]')
      .replace('service:', 'processors: {memory_limiter: {check_interval: 1s}}\nservice:');
    const errors = await errorsOf(text);
    const shown = errors.map(({ layer, code, line, column, endLine, endColumn, suggestion }) => ({
      layer,
      code,
      at: `${line}:${column}-${endLine}:${endColumn}`,
      suggestion,
    }));
    expect(shown).to.deep.equal([
      { layer: 'schema', code: 'schema/unknown-field', at: '7:5-7:12', suggestion: undefined },
      { layer: 'lint', code: 'lint/tls-insecure', at: '8:21-8:25', suggestion: 'false' },
      { layer: 'schema', code: 'settings/required', at: '10:14-10:28', suggestion: undefined },
      { layer: 'semantic', code: 'reference/undefined-receiver', at: '14:19-14:23', suggestion: 'otlp' },
    ]);
  });

  it('is what publishing asks: it refuses with the same findings, and a text that only a lint rule blocks', async () => {
    const insecure = GOOD.replace('4317', '4317\n    tls: {insecure: true}');
    const { findings } = await validate(insecure);
    const { id } = await api.call('createConfiguration', { body: { name: 'insecure', body: insecure } });
    const publish = api.call('publishVersion', { params: { id, version: 1 }, body: {}, ifMatch: 1 });
    const problem = await publish.then(
      () => undefined,
      (error: unknown) => (error instanceof ApiProblem ? error : undefined),
    );
    expect(problem?.code).to.equal('configuration/invalid');
    expect(problem?.problem['findings']).to.deep.equal(findings);
    expect(findings.map(({ code }) => code)).to.include('lint/tls-insecure');
  });

  it('refuses a release that the library does not have', async () => {
    const answer = await validate(GOOD, { release: '0.1.0' }).catch((error: unknown) => error as ApiProblem);
    expect(answer).to.include({ status: 404, code: 'component-library/release-not-found' });
  });

  describe('for those who are to run it', () => {
    const lists = { receivers: { components: { otlp: {} } }, exporters: { components: { debug: {} } } };
    const other = '0195d0a0-0000-7000-8000-0000000000bb';
    const silent = '0195d0a0-0000-7000-8000-0000000000cc';
    before(async () => {
      const metadata = {
        tenant: 'default',
        actor: 'test',
        actorRole: 'Agent' as const,
        correlationId: agentId,
      };
      const contentOf = async (list: object) => {
        const { contentHash, appends } = storeContent(Buffer.from(JSON.stringify(list)), metadata);
        await api.log.append(appends);
        return contentHash;
      };
      const componentsReported = async (list: object) =>
        ({
          type: 'AgentAvailableComponentsReported',
          data: { componentsHash: 'ab', contentHash: await contentOf(list) },
        }) as const;
      const [few, all] = [
        await componentsReported(lists),
        await componentsReported({ ...lists, exporters: { components: { otlp: {}, debug: {} } } }),
      ];
      await api.given(agentStream, [...enrolled(0x1807n), few]);
      await api.given(streamOf.agent(other), [...enrolledAs(other), all]);
      const position = await api.given(streamOf.agent(silent), enrolledAs(silent));
      await api.call('listAgents', { query: { after: position } });
    });

    it('tells that one agent lacks a component, as an error', async () => {
      const { valid, findings, components } = await validate(GOOD, { target: { agentId } });
      expect(valid).to.equal(false);
      expect(findings.find(({ layer }) => layer === 'build')).to.include({
        severity: 'error',
        code: 'component/not-in-build',
        path: 'exporters.otlp',
        line: 6,
      });
      expect(components).to.deep.equal({
        checkedAgainst: 1,
        agents: 1,
        silentAgents: 0,
        missing: [{ component: 'exporters.otlp', agents: 1 }],
      });
    });

    it('counts who lacks it in the whole fleet and who has told nothing, as a warning', async () => {
      const { valid, findings, components } = await validate(GOOD, { target: { all: true } });
      expect(valid).to.equal(true);
      const found = findings.find(({ layer }) => layer === 'build');
      expect(found?.severity).to.equal('warning');
      expect(found?.message).to.match(/1 of 2 agents/);
      expect(components).to.deep.equal({
        checkedAgainst: 2,
        agents: 2,
        silentAgents: 1,
        missing: [{ component: 'exporters.otlp', agents: 1 }],
      });
    });

    it('tells that members of a group lack it, as an error', async () => {
      const { id: groupId, position } = await api.call('createGroup', {
        body: { name: 'edge', mode: 'static' },
      });
      await api.call('getGroup', { params: { id: groupId }, query: { after: position } });
      const joined = await api.call('addGroupMembers', {
        params: { id: groupId },
        body: { agentIds: [agentId, other] },
      });
      await api.call('getGroup', { params: { id: groupId }, query: { after: joined.position } });
      const { valid, components } = await validate(GOOD, { target: { groupId } });
      expect(valid).to.equal(false);
      expect(components).to.deep.include({ checkedAgainst: 2, agents: 2, silentAgents: 0 });
    });

    it('refuses an agent and a group that do not exist', async () => {
      const nobody = '0195d0a0-0000-7000-8000-0000000000dd';
      for (const [target, code] of [
        [{ agentId: nobody }, 'agent/not-found'],
        [{ groupId: nobody }, 'group/not-found'],
      ] as const) {
        const answer = await validate(GOOD, { target }).catch((error: unknown) => error as ApiProblem);
        expect(answer).to.include({ status: 404, code });
      }
    });
  });

  describe('that is hostile', () => {
    const bomb = Array.from({ length: 30 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [x]'
        : `a${level}: &a${level} [${Array(9)
            .fill(`*a${level - 1}`)
            .join(',')}]`,
    ).join('\n');
    const cases: readonly (readonly [name: string, text: string, code: string, at: string, words: RegExp])[] =
      [
        ['an alias bomb', bomb, 'syntax/alias', '6:34', /expands to more than/],
        ['101 levels', `${'{a: '.repeat(101)}1${'}'.repeat(101)}`, 'syntax/too-deep', '1:406', /100 levels/],
        ['a key twice', `${GOOD}exporters:\n  debug:\n`, 'syntax/duplicate-key', '13:1', /twice/],
        ['tabs', 'receivers:\n\totlp:\n', 'syntax', '2:1', /tab/i],
        ['a NUL', 'a: 1\nb: \0\n', 'syntax/encoding', '2:4', /NUL/],
        ['UTF-16 without a mark', [...GOOD].join('\0'), 'syntax/encoding', '1:1', /UTF-8/],
        ['UTF-16 with a mark', `\uFFFE${GOOD}`, 'syntax/encoding', '1:1', /UTF-8|UTF-16|U\+FFFE/],
        ['bytes that were no UTF-8', 'a: 1\nb: caf\uFFFD\n', 'syntax/encoding', '2:7', /UTF-8/],
        ['half of a character', 'a: \ud800\n', 'syntax/encoding', '1:4', /UTF-8/],
        [
          'many documents',
          `${GOOD}${'---\na: 1\n'.repeat(5_000)}`,
          'syntax/multiple-documents',
          '13:1',
          /first/,
        ],
        ['more tokens than are read', 'a: 1\n'.repeat(60_000), 'syntax/too-complex', '', /Split/],
        ['a million line ends', '\n'.repeat(900_000), 'syntax/too-complex', '', /Split/],
      ];
    for (const [name, text, code, at, words] of cases)
      it(`has a finding at its place: ${name}`, async () => {
        const [first] = await errorsOf(text);
        expect(first?.code).to.equal(code);
        if (at !== '') expect(`${first?.line}:${first?.column}`).to.equal(at);
        expect(first?.message).to.match(words);
      });

    it('is fine with CR LF and with a byte order mark', async () => {
      for (const text of [GOOD.replaceAll('\n', '\r\n'), `\uFEFF${GOOD}`])
        expect((await validate(text)).valid).to.equal(true);
    });

    it('is refused when it is larger than agents can be sent', async () => {
      const answer = await validate('a'.repeat(1024 * 1024 + 1)).catch(
        (error: unknown) => error as ApiProblem,
      );
      expect(answer).to.include({ status: 413, code: 'configuration/too-large' });
    });

    it('is refused when its request is no UTF-8 JSON', async () => {
      const body = Buffer.from('\uFEFF{"body": "a: 1"}', 'utf16le');
      const { status, text } = await post(`${api.url}/api/configurations/validate`, body);
      expect(status).to.equal(400);
      expect(text).to.contain('request/invalid-json');
    });

    it('says where bytes stand that are no UTF-8, sent as they are', async () => {
      const body = Buffer.concat([Buffer.from('{"body": "a: caf'), Buffer.from([0xe9]), Buffer.from('"}')]);
      const { text } = await post(`${api.url}/api/configurations/validate`, body);
      const [finding] = (JSON.parse(text) as { findings: Finding[] }).findings;
      expect(finding).to.include({ code: 'syntax/encoding', line: 1, column: 7 });
    });

    it('keeps nobody else waiting', async function () {
      this.timeout(120_000);
      const lines = (count: number, line: (index: number) => string) =>
        Array.from({ length: count }, (_, index) => line(index)).join('');
      const hostile = [
        bomb,
        `receivers:\n${lines(8_000, (index) => `  otpl${index}: {protocols: {grpc: }}\n`)}`,
        `a: |\n${lines(20_000, () => `  ${'x'.repeat(40)}\n`)}`,
        '['.repeat(500_000),
        '- '.repeat(400_000),
        `exporters:\n  x0: &a0 {tls: {insecure: true}}\n${lines(5, (index) => `  x${index + 1}: &a${index + 1} {${lines(7, (key) => `k${key}: *a${index}, `)}}\n`)}`,
      ];
      await validate(GOOD);
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const order: string[] = [];
      const began = performance.now();
      const slow = Promise.all(hostile.map((text) => validate(text).then(() => order.push('hostile'))));
      for (let turn = 0; turn < 10; turn++) {
        await api.call('listConfigurations', { query: { limit: 1 } });
        order.push('quick');
      }
      await slow;
      const allMs = performance.now() - began;
      delay.disable();
      // The threads are busy until after the quick ones are served: were texts checked where requests are, they were not.
      expect(order.lastIndexOf('hostile')).to.be.greaterThan(order.lastIndexOf('quick'));
      const worstMs = delay.max / 1e6;
      console.log(`      worst delay of the event loop: ${worstMs.toFixed(0)} ms`);
      // On a busy machine everything waits longer, this no more than its share.
      expect(worstMs).to.be.lessThan(Math.max(500, allMs / 4));
    });
  });
});

function enrolledAs(id: string): AmporaEvent[] {
  return enrolled(0x1807n).map((event) =>
    event.type === 'AgentEnrolled'
      ? { ...event, data: { ...event.data, agentId: id, instanceUid: id } }
      : event,
  );
}

function post(url: string, body: Buffer): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method: 'POST', headers: { 'content-type': 'application/json' } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode, text }));
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}
