import { createHash } from 'node:crypto';
import { ApiProblem, createClient, currentDraft, operations, sourceHeader } from '@ampora/api-contract';
import { contentHashOf, storeContent } from '@ampora/application';
import { streamOf } from '@ampora/catalogue';
import { expect } from 'chai';
import fc from 'fast-check';
import { agentId, agentStream, enrolled, type RunningApi, startApi } from '../running-api.spec.ts';

const good = (timeout = '1s') => `# edge collectors
receivers:
  otlp:
    protocols:
      grpc:
processors:
  batch:
    timeout: ${timeout}
exporters:
  otlp:
    endpoint: backend:4317
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [otlp]
`;
const broken = good().replace('exporters: [otlp]', 'exporters: [nowhere]');
const supervised = 0x1807n;

async function problemOf(call: Promise<unknown>): Promise<ApiProblem> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiProblem) return error;
    throw error;
  }
  throw new Error('expected a problem');
}

describe('the life of a configuration', () => {
  let api: RunningApi;
  let count = 0;
  const fresh = (): string => `life-${++count}`;
  /** A configuration with its first version published, and as many more as there are texts. */
  async function published(...texts: string[]): Promise<{ id: string; name: string; position: string }> {
    const name = fresh();
    const { id } = await api.call('createConfiguration', { body: { name, body: texts[0] ?? good() } });
    let { position } = await api.call('publishVersion', { params: { id, version: 1 }, body: {} });
    for (const text of texts.slice(1)) {
      const { version } = await api.call('createVersion', { params: { id }, body: { body: text } });
      ({ position } = await api.call('publishVersion', { params: { id, version }, body: {} }));
    }
    return { id, name, position };
  }
  const statusesOf = async (id: string, after: string) =>
    (await api.call('getConfiguration', { params: { id }, query: { after } })).items.map(
      ({ version, status, tags }) => [version, status, ...tags].join(' '),
    );

  before(async () => {
    api = await startApi();
    await api.given(agentStream, enrolled(supervised));
  });
  after(async () => {
    await api.stop();
  });

  describe('tags', () => {
    it('go on published versions, move, and name a version wherever one is named', async () => {
      const { id } = await published(good('1s'), good('2s'));
      await api.call('setTag', { params: { id, tag: 'golden' }, body: { version: 1 } });
      const then = await api.call('setTag', { params: { id, tag: 'lts' }, body: { version: 1 } });
      const moved = await api.call('setTag', { params: { id, tag: 'golden' }, body: { version: 2 } });
      expect(await statusesOf(id, moved.position)).to.deep.equal(['2 Published golden', '1 Published lts']);
      const golden = await api.call('getVersion', { params: { id, version: '@golden' } });
      expect([golden.version, golden.body]).to.deep.equal([2, good('2s')]);
      const past = await api.call('getVersion', {
        params: { id, version: '@golden' },
        query: { at: then.position },
      });
      expect([past.version, past.tags]).to.deep.equal([1, ['golden', 'lts']]);
      const compared = await api.call('compareVersions', {
        params: { id },
        query: { from: '@lts', to: '@golden' },
      });
      expect(compared.hunks).to.have.length(1);
      const same = await api.call('setTag', { params: { id, tag: 'golden' }, body: { version: 2 } });
      expect(BigInt(same.position)).to.equal(BigInt(moved.position));
    });

    it('are refused where they cannot be', async () => {
      const { id } = await published();
      await api.call('createVersion', { params: { id }, body: { body: good('2s') } });
      const put = (tag: string, version: number) =>
        problemOf(api.call('setTag', { params: { id, tag }, body: { version } }));
      expect(await put('golden', 2)).to.include({ status: 409, code: 'configuration/not-published' });
      expect(await put('golden', 7)).to.include({ status: 404, code: 'configuration/version-not-found' });
      expect(await put('Gold', 1)).to.include({ status: 422, code: 'configuration/invalid-tag' });
      expect(await put('12', 1)).to.include({ status: 422, code: 'configuration/invalid-tag' });
      const none = await problemOf(api.call('removeTag', { params: { id, tag: 'golden' } }));
      expect(none).to.include({ status: 404, code: 'configuration/tag-not-found' });
      const unknown = await problemOf(api.call('getVersion', { params: { id, version: '@golden' } }));
      expect(unknown).to.include({ status: 404, code: 'configuration/version-not-found' });
      const shapeless = await problemOf(api.call('getVersion', { params: { id, version: 'golden' } }));
      expect(shapeless).to.include({ status: 400, code: 'request/invalid' });
    });

    it('keep their versions from being archived, and say which', async () => {
      const { id } = await published();
      await api.call('setTag', { params: { id, tag: 'golden' }, body: { version: 1 } });
      const problem = await problemOf(api.call('archiveVersion', { params: { id, version: 1 } }));
      expect(problem).to.include({ status: 409, code: 'configuration/tagged' });
      expect(problem.problem['tags']).to.deep.equal(['golden']);
      await api.call('removeTag', { params: { id, tag: 'golden' } });
      await api.call('archiveVersion', { params: { id, version: 1 } });
    });

    it('can be what an assignment names', async () => {
      const { id } = await published(good('1s'), good('2s'));
      await api.call('setTag', { params: { id, tag: 'golden' }, body: { version: 1 } });
      const { position } = await api.call('assign', {
        body: { configurationId: id, version: '@golden', target: { agentId } },
      });
      const agent = await api.call('getAgent', { params: { id: agentId }, query: { after: position } });
      expect(agent.assigned?.version).to.equal(1);
      await api.call('unassign', { body: { target: { agentId } } });
    });
  });

  describe('archiving', () => {
    it('hides a version until it is taken back', async () => {
      const { id } = await published(good('1s'), good('2s'));
      const away = await api.call('archiveVersion', { params: { id, version: 2 } });
      const hidden = await api.call('getConfiguration', {
        params: { id },
        query: { after: away.position },
      });
      expect(hidden.publishedVersion).to.equal(1);
      const back = await api.call('unarchiveVersion', { params: { id, version: 2 } });
      const shown = await api.call('getConfiguration', { params: { id }, query: { after: back.position } });
      expect(shown.publishedVersion).to.equal(2);
      const again = await problemOf(api.call('unarchiveVersion', { params: { id, version: 2 } }));
      expect(again).to.include({ status: 409, code: 'configuration/not-archived' });
      expect(operations.unarchiveVersion.role).to.equal('Admin');
      const { items } = await api.call('listAuditEvents', { query: { after: back.position, limit: 10 } });
      expect(items[0]?.action).to.equal('Unarchived');
    });
  });

  describe('going back', () => {
    it('begins a draft with the text of an earlier version or of a tag', async () => {
      const { id } = await published(good('1s'), good('2s'));
      await api.call('setTag', { params: { id, tag: 'golden' }, body: { version: 1 } });
      const byTag = await api.call('revertToVersion', { params: { id, version: '@golden' } });
      const byNumber = await api.call('revertToVersion', { params: { id, version: 2 } });
      expect([byTag.version, byNumber.version]).to.deep.equal([3, 4]);
      const draft = await api.call('getVersion', {
        params: { id, version: 3 },
        query: { after: byNumber.position },
      });
      expect(draft).to.include({ status: 'Draft', basedOnVersion: 1, body: good('1s') });
    });
  });

  describe('deleting', () => {
    it('is refused while an agent, the fleet or a tag uses it, naming them', async () => {
      const { id, name } = await published(good('1s'), good('2s'), good('3s'));
      await api.call('assign', { body: { configurationId: id, version: 1, target: { agentId } } });
      await api.call('assign', { body: { configurationId: id, version: 2, target: { all: true } } });
      await api.call('setTag', { params: { id, tag: 'golden' }, body: { version: 3 } });
      const whole = await problemOf(api.call('deleteConfiguration', { params: { id } }));
      expect(whole).to.include({ status: 409, code: 'configuration/in-use' });
      expect(whole.problem['count']).to.equal(3);
      expect(whole.problem['users']).to.deep.equal([
        { kind: 'tag', id: 'golden', name: 'golden', version: 3 },
        { kind: 'fleet', id: 'all', name: 'All agents', version: 2 },
        { kind: 'agent', id: agentId, name: 'edge-fra-001', version: 1 },
      ]);
      for (const [version, kind] of [
        [1, 'agent'],
        [2, 'fleet'],
        [3, 'tag'],
      ] as const) {
        const one = await problemOf(api.call('discardVersion', { params: { id, version } }));
        expect(one.code).to.equal('configuration/in-use');
        expect(one.problem['users']).to.have.length(1);
        expect((one.problem['users'] as { kind: string }[])[0]?.kind).to.equal(kind);
      }
      await api.call('unassign', { body: { target: { agentId } } });
      await api.call('unassign', { body: { target: { all: true } } });
      await api.call('removeTag', { params: { id, tag: 'golden' } });
      const last = await api.call('discardVersion', { params: { id, version: 2 } });
      expect(await statusesOf(id, last.position)).to.deep.equal(['3 Published', '1 Published']);
      const gone = await api.call('deleteConfiguration', { params: { id } });
      const listed = await api.call('listConfigurations', {
        query: { search: name, after: gone.position },
      });
      expect(listed.items.filter((row) => row.name === name)).to.deep.equal([]);
    });

    it('frees the name at once, and leaves the past as it was', async () => {
      const { id, name, position } = await published();
      const { position: gone } = await api.call('deleteConfiguration', { params: { id } });
      const next = await api.call('createConfiguration', { body: { name: name.toUpperCase() } });
      expect(next.id).not.to.equal(id);
      expect(
        (await problemOf(api.call('getConfiguration', { params: { id }, query: { after: gone } }))).code,
      ).to.equal('configuration/not-found');
      const past = await api.call('getVersion', {
        params: { id, version: 1 },
        query: { at: position },
      });
      expect(past).to.include({ name, status: 'Published', body: good() });
      const late = await problemOf(api.call('createVersion', { params: { id }, body: { body: good() } }));
      expect(late).to.include({ status: 410, code: 'configuration/deleted' });
      const assigned = await problemOf(
        api.call('assign', { body: { configurationId: id, version: 1, target: { agentId } } }),
      );
      expect(assigned.status).to.be.within(404, 410);
    });

    it('counts what was assigned a moment ago, whatever the read models show', async () => {
      const { id } = await published();
      for (let round = 0; round < 5; round++) {
        await api.call('assign', { body: { configurationId: id, version: 1, target: { agentId } } });
        const problem = await problemOf(api.call('deleteConfiguration', { params: { id } }));
        expect(problem.code).to.equal('configuration/in-use');
        await api.call('unassign', { body: { target: { agentId } } });
      }
      await api.call('deleteConfiguration', { params: { id } });
    });

    it('and assigning at once never both hold', async () => {
      for (let round = 0; round < 60; round++) {
        const { id } = await published();
        const options = { body: { configurationId: id, version: 1, target: { agentId } } };
        const [assigned, deleted] = await Promise.allSettled([
          // Spread over the time that a deletion takes: each round meets it at another step.
          new Promise((resolve) => setTimeout(resolve, round % 20)).then(() => api.call('assign', options)),
          api.call('deleteConfiguration', { params: { id } }),
        ]);
        expect([assigned.status, deleted.status], `round ${round}`).to.include('rejected');
        const after = String(await api.log.head());
        const agent = await api.call('getAgent', { params: { id: agentId }, query: { after } });
        const runs = agent.assigned?.configurationId ?? null;
        expect(runs, `round ${round}`).to.equal(assigned.status === 'fulfilled' ? id : null);
        if (deleted.status === 'rejected') expect(await statusesOf(id, after)).to.deep.equal(['1 Published']);
        if (runs !== null) await api.call('unassign', { body: { target: { agentId } } });
      }
    });

    it('answers a repeated deletion as it did the first time', async () => {
      const { id } = await published();
      const options = { params: { id }, idempotencyKey: fresh() };
      const first = await api.call('deleteConfiguration', options);
      expect(await api.call('deleteConfiguration', options)).to.deep.equal(first);
      expect((await problemOf(api.call('deleteConfiguration', { params: { id } }))).code).to.equal(
        'configuration/deleted',
      );
    });
  });

  describe('two people at once', () => {
    it('one wins; the other gets all that it takes to merge and save again', async () => {
      const { id } = await api.call('createConfiguration', { body: { name: fresh(), body: good('1s') } });
      const [anna, ben] = [createClient({ baseUrl: api.url }), createClient({ baseUrl: api.url })];
      const saves = await Promise.allSettled(
        [anna, ben].map((call, index) =>
          call('editVersion', {
            params: { id, version: 1 },
            body: { body: good(`${index + 5}s`) },
            ifMatch: 1,
          }),
        ),
      );
      const won = saves.findIndex(({ status }) => status === 'fulfilled');
      const lost = saves.find((save) => save.status === 'rejected');
      expect(saves.map(({ status }) => status)).to.have.members(['fulfilled', 'rejected']);
      const { problem } = lost?.reason as ApiProblem;
      expect(problem).to.include({ status: 412, code: 'configuration/stale-row-version' });
      expect(problem['yourBody']).to.equal(good(`${1 - won + 5}s`));
      const current = currentDraft.parse(problem['current']);
      expect(current).to.deep.include({ rowVersion: 2, status: 'Draft', body: good(`${won + 5}s`) });
      expect(current.updatedBy).to.equal('loopback');
      expect(Date.now() - Date.parse(current.updatedAt)).to.be.within(-5_000, 60_000);
      const merged = await ben('editVersion', {
        params: { id, version: 1 },
        body: { body: good('9s') },
        ifMatch: current.rowVersion ?? 0,
      });
      expect(merged.rowVersion).to.equal(3);
    });

    it('tells who edits a draft that was published meanwhile what it says now', async () => {
      const { id } = await published(good('1s'));
      const { problem } = await problemOf(
        api.call('editVersion', { params: { id, version: 1 }, body: { body: good('2s') }, ifMatch: 1 }),
      );
      expect(problem.code).to.equal('configuration/not-a-draft');
      expect(problem['current']).to.include({ rowVersion: null, status: 'Published', body: good('1s') });
    });

    it('never publishes a text that was saved after the check', async () => {
      const { id } = await api.call('createConfiguration', { body: { name: fresh(), body: good('1s') } });
      await api.call('editVersion', { params: { id, version: 1 }, body: { body: good('2s') }, ifMatch: 1 });
      const { problem } = await problemOf(
        api.call('publishVersion', { params: { id, version: 1 }, body: {}, ifMatch: 1 }),
      );
      expect(problem).to.include({ status: 412, code: 'configuration/stale-row-version' });
      expect(problem['current']).to.include({ rowVersion: 2, body: good('2s') });
    });
  });

  describe('an Idempotency-Key', () => {
    it('is refused for another request', async () => {
      const idempotencyKey = fresh();
      const name = fresh();
      const made = await api.call('createConfiguration', { body: { name, body: good() }, idempotencyKey });
      const reused = { status: 422, code: 'request/idempotency-key-reused' };
      for (const body of [{ name, body: good('2s') }, { name: fresh(), body: good() }, { name }])
        expect(
          await problemOf(api.call('createConfiguration', { body, idempotencyKey })),
          JSON.stringify(body),
        ).to.include(reused);
      expect(
        await api.call('createConfiguration', { body: { name, body: good() }, idempotencyKey }),
      ).to.deep.equal(made);
      const { id } = made;
      await api.call('createVersion', { params: { id }, body: { body: good('3s') }, idempotencyKey });
      expect(
        await problemOf(
          api.call('createVersion', { params: { id }, body: { body: good('4s') }, idempotencyKey }),
        ),
      ).to.include(reused);
      const publish = (notes: string) =>
        api.call('publishVersion', { params: { id, version: 1 }, body: { notes }, idempotencyKey });
      const { position } = await publish('one');
      expect((await publish('one')).position).to.equal(position);
      expect(await problemOf(publish('two'))).to.include(reused);
    });
  });

  describe('what a text means', () => {
    it('is hashed with a version, and says when publishing changes nothing', async () => {
      const name = fresh();
      const { id } = await api.call('createConfiguration', { body: { name, body: good('1s') } });
      const first = await api.call('publishVersion', { params: { id, version: 1 }, body: {} });
      expect(first).to.include({ unchangedMeaning: false, equalsVersion: null });
      expect(first.semanticHash).to.match(/^[0-9a-f]{64}$/);
      const otherForm = good('1000ms').replace('# edge collectors\n', '# edge\n\n');
      await api.call('createVersion', { params: { id }, body: { body: otherForm } });
      const second = await api.call('publishVersion', { params: { id, version: 2 }, body: {} });
      expect(second).to.include({ unchangedMeaning: true, equalsVersion: 1 });
      expect(second.semanticHash).to.equal(first.semanticHash);
      expect(second.contentHash).not.to.equal(first.contentHash);
      await api.call('createVersion', { params: { id }, body: { body: good('3s') } });
      const third = await api.call('publishVersion', { params: { id, version: 3 }, body: {} });
      expect(third).to.include({ unchangedMeaning: false, equalsVersion: null });
      const row = await api.call('getVersion', {
        params: { id, version: 2 },
        query: { after: third.position },
      });
      expect(row.semanticHash).to.equal(first.semanticHash);
    });
  });

  describe('versions', () => {
    it('are found by status, author, hash, time and where they came from, page by page', async () => {
      const cli = createClient({ baseUrl: api.url, headers: { [sourceHeader]: 'cli' } });
      const { id } = await published(good('1s'), good('2s'), good('3s'));
      await api.call('archiveVersion', { params: { id, version: 1 } });
      const draft = await cli('createVersion', { params: { id }, body: { body: good('4s') } });
      const list = async (query: object) =>
        (await api.call('listVersions', { params: { id }, query: { after: draft.position, ...query } }))
          .items;
      const numbers = async (query: object) => (await list(query)).map(({ version }) => version);
      expect(await numbers({})).to.deep.equal([4, 3, 2, 1]);
      expect(await numbers({ status: 'Draft,Archived' })).to.deep.equal([4, 1]);
      expect(await numbers({ author: 'loopback' })).to.deep.equal([4, 3, 2, 1]);
      expect(await numbers({ author: 'somebody' })).to.deep.equal([]);
      const [, third] = await list({});
      expect(await numbers({ hash: third!.contentHash.slice(0, 9).toUpperCase() })).to.deep.equal([3]);
      expect(await numbers({ hash: third!.semanticHash!.slice(0, 12) })).to.deep.equal([3]);
      expect(await numbers({ until: third!.updatedAt })).to.deep.equal([2]);
      expect(await numbers({ since: '2999-01-01T00:00:00Z' })).to.deep.equal([]);
      expect((await list({})).map(({ source }) => source)).to.deep.equal(['cli', 'api', 'api', 'api']);
      const page = await api.call('listVersions', { params: { id }, query: { limit: 3 } });
      const rest = await api.call('listVersions', {
        params: { id },
        query: { limit: 3, cursor: page.next ?? '' },
      });
      expect([...page.items, ...rest.items].map(({ version }) => version)).to.deep.equal([4, 3, 2, 1]);
      expect(rest.next).to.equal(null);
      const wrong = await problemOf(api.call('listVersions', { params: { id }, query: { status: 'Old' } }));
      expect(wrong).to.include({ status: 400, code: 'request/invalid' });
      operations.listVersions.response.parse(page);
    });
  });

  describe('applying', () => {
    const apply = (body: { name: string; body: string; publish?: boolean; dryRun?: boolean }, key?: string) =>
      createClient({ baseUrl: api.url, headers: { [sourceHeader]: 'cli' } })('applyConfiguration', {
        body,
        ...(key === undefined ? {} : { idempotencyKey: key }),
      });
    const head = async () => String(await api.log.head());

    it('creates, drafts, publishes, and finds nothing to do', async () => {
      const name = fresh();
      expect(await apply({ name, body: good('1s') })).to.include({ action: 'created', version: 1 });
      expect(await apply({ name, body: good('1s') })).to.include({ action: 'unchanged', status: 'Draft' });
      expect(await apply({ name, body: good('2s') })).to.include({ action: 'drafted', version: 1 });
      expect(await apply({ name, body: good('2s'), publish: true })).to.include({
        action: 'published',
        version: 1,
        status: 'Published',
      });
      const before = await head();
      expect(await apply({ name, body: good('2s'), publish: true })).to.include({
        action: 'unchanged',
        version: 1,
        status: 'Published',
      });
      expect(await head()).to.equal(before);
      expect(await apply({ name, body: good('2000ms'), publish: true })).to.include({
        action: 'published',
        version: 2,
        unchangedMeaning: true,
        equalsVersion: 1,
      });
    });

    it('says in a dry run what it would do, and does nothing', async () => {
      const name = fresh();
      const before = await head();
      expect(await apply({ name, body: good(), publish: true, dryRun: true })).to.include({
        action: 'created',
        id: null,
        version: 1,
        status: 'Published',
        position: null,
      });
      expect(await head()).to.equal(before);
      await apply({ name, body: good('1s'), publish: true });
      const then = await head();
      const plan = await apply({ name, body: good('2s'), publish: true, dryRun: true });
      expect(plan).to.include({ action: 'published', version: 2 });
      expect(await head()).to.equal(then);
      expect(await apply({ name, body: good('2s'), publish: true })).to.include({
        action: plan.action,
        version: plan.version,
      });
    });

    it('writes nothing of a text that cannot be published', async () => {
      const before = await head();
      const problem = await problemOf(apply({ name: fresh(), body: broken, publish: true }));
      expect(problem).to.include({ status: 422, code: 'configuration/invalid' });
      expect(await head()).to.equal(before);
    });

    it('leaves a draft alone that somebody wrote by hand', async () => {
      const { id, name } = await published(good('1s'));
      const ui = createClient({ baseUrl: api.url, headers: { [sourceHeader]: 'ui' } });
      await ui('createVersion', { params: { id }, body: { body: good('7s') } });
      const applied = await apply({ name, body: good('8s') });
      expect(applied).to.include({ action: 'drafted', version: 3 });
      const query = { after: applied.position ?? '' };
      expect((await api.call('getVersion', { params: { id, version: 2 }, query })).body).to.equal(good('7s'));
    });

    it('takes the name from the text, and wants one', async () => {
      const name = fresh();
      const text = `# ampora.name: ${name}\n${good()}`;
      expect(await api.call('applyConfiguration', { body: { body: text } })).to.include({
        action: 'created',
        name,
      });
      expect((await problemOf(api.call('applyConfiguration', { body: { body: good() } }))).code).to.equal(
        'configuration/name-missing',
      );
    });

    it('answers a repeated request as it did the first time, and refuses its key for another', async () => {
      const name = fresh();
      const [create, change] = [fresh(), fresh()];
      const made = await apply({ name, body: good('1s'), publish: true }, create);
      const { action, id, version, position } = made;
      expect(await apply({ name, body: good('1s'), publish: true }, create)).to.include({
        action,
        id,
        version,
        position,
      });
      const changed = await apply({ name, body: good('2s'), publish: true }, change);
      expect(changed.action).to.equal('published');
      expect((await apply({ name, body: good('2s'), publish: true }, change)).action).to.equal('published');
      const reused = await problemOf(apply({ name, body: good('3s'), publish: true }, change));
      expect(reused).to.include({ status: 422, code: 'request/idempotency-key-reused' });
    });

    it('takes the name of a configuration that was deleted', async () => {
      const { id, name } = await published();
      await api.call('deleteConfiguration', { params: { id } });
      const applied = await apply({ name, body: good() });
      expect(applied.action).to.equal('created');
      expect(applied.id).not.to.equal(id);
    });
  });

  describe('importing from an agent', () => {
    const importedAgent = '0195d0a0-0000-7000-8000-0000000000bb';
    const text = `exporters:
    otlp:
        endpoint: backend:4317
        headers:
            api-key: '[REDACTED]'
extensions:
    opamp:
        server:
            ws:
                endpoint: ws://127.0.0.1:4320/v1/opamp
processors: {}
receivers:
    otlp:
        protocols:
            grpc: null
service:
    extensions:
        - opamp
    pipelines:
        traces:
            exporters:
                - otlp
            receivers:
                - otlp
    telemetry:
        resource:
            service.name: otelcol
`;

    async function report(files: Record<string, string>): Promise<string> {
      const metadata = {
        tenant: 'default',
        actor: 'spec',
        actorRole: 'Agent' as const,
        correlationId: importedAgent,
      };
      for (const body of Object.values(files))
        await api.log.append(storeContent(Buffer.from(body), metadata).appends);
      const listed = Object.entries(files).map(([name, body]) => ({
        name,
        contentType: '',
        contentHash: contentHashOf(Buffer.from(body)),
        sizeBytes: Buffer.byteLength(body),
      }));
      const position = await api.given(streamOf.agent(importedAgent), [
        {
          type: 'AgentEffectiveConfigReported',
          data: { digest: createHash('sha256').update(JSON.stringify(files)).digest('hex'), files: listed },
        },
      ]);
      await api.call('getAgent', { params: { id: importedAgent }, query: { after: position } });
      return position;
    }

    before(async () => {
      const events = enrolled(supervised).map((event) =>
        event.type === 'AgentEnrolled'
          ? { ...event, data: { ...event.data, agentId: importedAgent, instanceUid: importedAgent } }
          : event,
      );
      const position = await api.given(streamOf.agent(importedAgent), events);
      await api.call('getAgent', { params: { id: importedAgent }, query: { after: position } });
    });

    it('is refused while the agent has not said what it runs', async () => {
      const problem = await problemOf(
        api.call('importConfiguration', { body: { agentId: importedAgent, name: fresh() } }),
      );
      expect(problem).to.include({ status: 409, code: 'agent/no-effective-config' });
      const unknown = await problemOf(
        api.call('importConfiguration', { body: { agentId: '0195d0a0-0000-7000-8000-0000000000ff' } }),
      );
      expect(unknown).to.include({ status: 404, code: 'agent/not-found' });
    });

    it('takes out what the supervisor added, and points at what the Collector hid', async () => {
      await report({ '': text });
      const name = fresh();
      const made = await api.call('importConfiguration', { body: { agentId: importedAgent, name } });
      expect(made.removed).to.have.members([
        'extensions',
        'processors',
        'service.extensions',
        'service.telemetry',
      ]);
      const hidden = made.findings.find(({ code }) => code === 'value/redacted');
      expect(hidden).to.include({ severity: 'warning', path: 'exporters.otlp.headers.api-key', line: 5 });
      const draft = await api.call('getVersion', {
        params: { id: made.id, version: 1 },
        query: { after: made.position },
      });
      expect(draft).to.include({ source: 'import', status: 'Draft' });
      expect(draft.body).not.to.match(/opamp|telemetry|processors/);
      const answer = await api.call('publishVersion', { params: { id: made.id, version: 1 }, body: {} });
      expect(answer.findings.map(({ code }) => code)).to.include('value/redacted');
    });

    it('leaves the text as it is when asked to', async () => {
      await report({ '': text });
      const body = { agentId: importedAgent, name: fresh(), tidy: false };
      const made = await api.call('importConfiguration', { body });
      const query = { after: made.position };
      expect(made.removed).to.deep.equal([]);
      expect((await api.call('getVersion', { params: { id: made.id, version: 1 }, query })).body).to.equal(
        text,
      );
    });

    it('wants to know which file when there are several', async () => {
      await report({ 'a.yaml': text, 'b.yaml': good() });
      const body = { agentId: importedAgent, name: fresh() };
      const problem = await problemOf(api.call('importConfiguration', { body }));
      expect(problem).to.include({ status: 409, code: 'configuration/choose-a-file' });
      expect(problem.problem['files']).to.deep.equal(['a.yaml', 'b.yaml']);
      const made = await api.call('importConfiguration', { body: { ...body, file: 'b.yaml' } });
      expect(made.removed).to.deep.equal([]);
      const taken = await problemOf(api.call('importConfiguration', { body: { ...body, file: 'b.yaml' } }));
      expect(taken).to.include({ status: 409, code: 'configuration/name-taken' });
    });
  });

  describe('texts', () => {
    it('come back byte for byte, whatever they are', async () => {
      const { id } = await api.call('createConfiguration', { body: { name: fresh(), body: 'first' } });
      let rowVersion = 1;
      const piece = fc.oneof(
        fc.constantFrom(
          '\n',
          '\r\n',
          '\r',
          '  ',
          '\t',
          '# comment',
          '&a',
          '*a',
          '\uFEFF',
          'é',
          '😀',
          '"',
          '\\',
          '\u2028',
        ),
        fc.string({ unit: 'binary', maxLength: 12 }),
      );
      const aText = fc
        .array(piece, { maxLength: 20 })
        .map((pieces) => pieces.join(''))
        .filter(
          (text) =>
            text.isWellFormed() && !text.includes('\0') && !/^(?:\uFFFE|\uFFFD\uFFFD|ÿþ|þÿ)/.test(text),
        );
      await fc.assert(
        fc.asyncProperty(aText, async (text) => {
          const params = { id, version: 1 };
          const saved = await api.call('editVersion', { params, body: { body: text }, ifMatch: rowVersion });
          rowVersion = saved.rowVersion;
          const query = { after: saved.position };
          const { body, contentHash, sizeBytes } = await api.call('getVersion', { params, query });
          expect(Buffer.from(body).equals(Buffer.from(text))).to.equal(true);
          expect(contentHash).to.equal(contentHashOf(Buffer.from(text)));
          expect(sizeBytes).to.equal(Buffer.byteLength(text));
        }),
        {
          numRuns: 40,
          examples: [
            ['\uFEFF# mark\r\nreceivers:   \r\n\r\n'],
            ['a: 1'],
            [''],
            ['\n\n\n'],
            ['x: &y {b: 2}\nz: *y   # kept  \n'],
          ],
        },
      );
    });

    for (const [what, text, status, code] of [
      ['a NUL', 'receivers:\n  a\0b', 422, 'configuration/nul-character'],
      ['UTF-16 read as bytes', 'r\0e\0c\0', 422, 'configuration/utf-16'],
      ['a swapped byte order mark', '\uFFFEreceivers', 422, 'configuration/utf-16'],
      ['half of a character', 'receivers: \uD83D', 422, 'configuration/not-utf8'],
      ['too much', 'x'.repeat(1024 * 1024 + 1), 413, 'configuration/too-large'],
      ['far too much', 'x'.repeat(3 * 1024 * 1024), 413, 'request/too-large'],
    ] as const) {
      it(`with ${what} are refused by all who store one`, async () => {
        const { id } = await api.call('createConfiguration', { body: { name: fresh(), body: good() } });
        const answers = await Promise.all([
          problemOf(api.call('createConfiguration', { body: { name: fresh(), body: text } })),
          problemOf(api.call('createVersion', { params: { id }, body: { body: text } })),
          problemOf(
            api.call('editVersion', { params: { id, version: 1 }, body: { body: text }, ifMatch: 1 }),
          ),
          problemOf(api.call('applyConfiguration', { body: { name: fresh(), body: text } })),
        ]);
        for (const answer of answers) expect(answer).to.include({ status, code });
        if (code === 'configuration/nul-character')
          expect(answers[0]?.problem).to.include({ line: 2, column: 4 });
      });
    }

    it('of the largest size are taken, with a warning, however they are written as JSON', async () => {
      const line = '# "quoted"\t\n';
      const text = line.repeat(Math.floor((1024 * 1024) / line.length));
      const { id, position } = await api.call('createConfiguration', { body: { name: fresh(), body: text } });
      const row = await api.call('getVersion', { params: { id, version: 1 }, query: { after: position } });
      expect(row.sizeWarning).to.match(/99 %/);
      expect(row.body).to.equal(text);
    });
  });
});
