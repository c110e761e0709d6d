import { createHash, createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { stampEvents } from '@ampora/application';
import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import { expect } from 'chai';
import { parquetReadObjects } from 'hyparquet';
import { agentId, agentStream, enrolled, type RunningApi, startApi } from '../running-api.spec.ts';

const configurationId = '0195d0a0-0000-7000-8000-0000000000bb';
const configuration = streamOf.configuration(configurationId);

const health = (index: number): AmporaEvent => ({
  type: 'AgentHealthReported',
  data: {
    digest: `health ${index}`,
    health: {
      healthy: index % 2 === 0,
      status: `"quoted", with a comma and a ${index}\nline end and 漢字`,
      lastError: '',
      startTimeUnixNano: '1',
      statusTimeUnixNano: '2',
      components: [],
    },
    reports: 1,
  },
});

interface Line {
  readonly ampora?: string;
  readonly specversion?: string;
  readonly [key: string]: unknown;
}

describe('the export of events', function () {
  this.timeout(120_000);
  let api: RunningApi;

  before(async () => {
    api = await startApi();
    await api.given(agentStream, enrolled(2047n));
    for (let batch = 0; batch < 10; batch++)
      await api.given(
        agentStream,
        Array.from({ length: 300 }, (_, index) => health(batch * 300 + index)),
      );
    await api.call('sealNow', {});
    await api.given(configuration, [
      { type: 'ConfigurationCreated', data: { configurationId, name: '=gateway', description: 'a "b", c' } },
    ]);
  });
  after(() => api.stop());

  const get = (query: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${api.url}/api/audit/export?${new URLSearchParams(query)}`, {
      headers: { 'accept-encoding': 'identity', ...headers },
    });
  const text = async (query: Record<string, string>) => {
    const response = await get(query);
    const body = await response.text();
    expect(response.status, body.slice(0, 500)).to.equal(200);
    return { body, treeSize: response.headers.get('x-ampora-tree-size') ?? '' };
  };
  const linesOf = (body: string) =>
    body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  const refusal = async (query: Record<string, string>) => {
    const response = await get(query);
    expect(response.headers.get('content-type')).to.contain('application/problem+json');
    return `${response.status} ${((await response.json()) as { code: string }).code}`;
  };

  it('holds every event up to a root that is sealed for it, as CloudEvents in the order of the log', async () => {
    const { body, treeSize } = await text({});
    const lines = linesOf(body);
    expect(lines[0]).to.include({ ampora: 'export', tenant: 'default', treeSize });
    expect(lines.at(-1)).to.include({ ampora: 'end', events: treeSize });
    const events = lines.filter((line) => line.specversion === '1.0');
    expect(events.map((event) => event['sequence'])).to.deep.equal(
      Array.from({ length: Number(treeSize) }, (_, index) => String(index)),
    );
    const stored = [];
    for await (const page of api.log.readAll()) stored.push(...page);
    for (const [index, event] of events.entries()) {
      expect(event['id']).to.equal(stored[index]?.id);
      expect(event['data']).to.deep.equal(stored[index]?.data);
    }
  });

  it('proves each line: leaf hashes are those of the lines, and the root is signed', async () => {
    const { body } = await text({});
    const raw = body.trimEnd().split('\n');
    const { items } = await api.call('listSigningKeys', {});
    const header = JSON.parse(raw[0] ?? '') as { checkpoint: string };
    const [note = '', signatures = ''] = header.checkpoint.split('\n\n');
    const signature = Buffer.from(signatures.trimEnd().split(' ').at(-1) ?? '', 'base64').subarray(4);
    const key = createPublicKey(items.at(-1)?.publicKeyPem ?? '');
    expect(verify(null, Buffer.from(`${note}\n`), key, signature)).to.equal(true);
    const hashes = raw
      .map((line) => JSON.parse(line) as Line)
      .flatMap((line) => (line.ampora === 'proof' ? (line['hashes'] as string[]) : []));
    const lines = raw.filter((line) => line.startsWith('{"specversion"'));
    expect(lines.map((line) => createHash('sha256').update(`\0${line}`).digest('base64'))).to.deep.equal(
      hashes,
    );
  });

  it('is narrowed by type, stream, agent, entity, actor, time and position', async () => {
    const subjects = async (query: Record<string, string>) =>
      linesOf(
        (await text({ proofs: 'false', ...query })).body.trim() === ''
          ? ''
          : (await text({ proofs: 'false', ...query })).body,
      ).map((event) => `${String(event['type'])}@${String(event['subject'])}`);
    expect(await subjects({ type: 'ConfigurationCreated' })).to.deep.equal([
      `ConfigurationCreated@${configuration}`,
    ]);
    expect(await subjects({ stream: configuration })).to.have.length(1);
    expect(await subjects({ entityType: 'configuration', entityId: configurationId })).to.have.length(1);
    expect(await subjects({ entityType: 'Configuration' })).to.have.length(1);
    expect(await subjects({ agentId, type: 'AgentEnrolled,AgentConnected' })).to.have.length(2);
    expect(await subjects({ actor: `agent:${agentId}`, entityType: 'Agent' })).to.have.length(3_004);
    expect(new Set(await subjects({ actor: 'loopback' }))).to.include(`AuditExported@audit-access-default`);
    const all = linesOf((await text({ proofs: 'false' })).body);
    const tenth = all[10] as { position: string; time: string };
    const fromTenth = linesOf(
      (await text({ proofs: 'false', since: tenth.position, until: tenth.position })).body,
    );
    expect(fromTenth.map((event) => event['position'])).to.deep.equal([tenth.position]);
    const sameTime = all.filter((event) => event['time'] === tenth.time).length;
    const atTenth = linesOf((await text({ proofs: 'false', since: tenth.time, until: tenth.time })).body);
    expect(atTenth).to.have.length(sameTime);
  });

  it('covers the whole tree when it is narrowed, and counts what it holds', async () => {
    const { body, treeSize } = await text({ type: 'ConfigurationCreated' });
    const lines = linesOf(body);
    const proofs = lines.filter((line) => line.ampora === 'proof');
    expect(proofs[0]?.['from']).to.equal('0');
    expect(proofs.at(-1)?.['to']).to.equal(treeSize);
    expect(lines.at(-1)).to.include({ events: '1' });
    expect(lines[0]?.['filter']).to.deep.equal({ types: ['ConfigurationCreated'] });
  });

  for (const format of ['jsonl', 'proofs', 'csv']) {
    it(`as ${format} goes on where it was cut, and is the same to the byte`, async () => {
      const filter = { format, entityType: 'Agent' };
      const whole = await text(filter);
      const parts = whole.body.split('\n');
      const cuts =
        format === 'csv'
          ? [parts.length - 2, 700, 1].map((line) => {
              const rest = parts.slice(line).find((each) => /^\d+,/.test(each)) ?? '';
              return [
                whole.body.indexOf(`\n${rest}`) + 1,
                Number(rest.split(',')[0] ?? whole.treeSize),
              ] as const;
            })
          : parts
              .filter((line) => line.startsWith('{"ampora":"proof"'))
              .slice(1)
              .map(
                (line) =>
                  [whole.body.indexOf(line), Number((JSON.parse(line) as { from: string }).from)] as const,
              );
      expect(cuts.length).to.be.greaterThan(1);
      for (const [offset, from] of cuts) {
        const head = Buffer.from(parts.slice(0, 2).join('\n')).toString('base64url');
        const rest = await text({
          ...filter,
          treeSize: whole.treeSize,
          from: String(from),
          ...(format === 'csv' ? {} : { head }),
        });
        expect(whole.body.slice(0, offset) + rest.body).to.equal(whole.body);
      }
    });
  }

  it('as CSV has a header, and cells that a spreadsheet takes as they are meant', async () => {
    const { body } = await text({ format: 'csv', entityType: 'Configuration' });
    const [header = '', row = '', ...rest] = body.split('\r\n');
    expect(rest).to.deep.equal(['']);
    expect(header.split(',').slice(0, 5)).to.deep.equal(['sequence', 'position', 'time', 'type', 'stream']);
    expect(header.split(',').at(-1)).to.equal('event');
    const line = row.slice(row.indexOf('"{') + 1, -1).replaceAll('""', '"');
    expect(JSON.parse(line)).to.deep.include({ subject: configuration });
  });

  it('as Parquet is read by another library, with its types', async () => {
    const response = await get({ format: 'parquet', entityType: 'Agent' });
    expect(response.headers.get('content-disposition')).to.match(/filename="ampora-default-\d+\.parquet"/);
    const { zstdDecompressSync } = await import('node:zlib');
    const file = await response.arrayBuffer();
    const rows = await parquetReadObjects({
      file,
      compressors: { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) },
    });
    expect(rows).to.have.length(3_004);
    const [first] = rows;
    expect(first?.['time']).to.be.instanceOf(Date);
    expect(first?.['position']).to.be.a('bigint');
    expect(first?.['type']).to.equal('AgentEnrolled');
    expect(JSON.parse(String(first?.['data']))).to.include({ agentId });
    expect(JSON.parse(String(first?.['event']))).to.include({ specversion: '1.0' });
  });

  it('is compressed when that is accepted, or as a file of its own', async () => {
    const plain = await text({ entityType: 'Agent', proofs: 'false' });
    const asFile = await get({ entityType: 'Agent', proofs: 'false', gz: 'true', treeSize: plain.treeSize });
    expect(asFile.headers.get('content-disposition')).to.match(/\.jsonl\.gz"/);
    expect(asFile.headers.get('content-encoding')).to.equal(null);
    expect(gunzipSync(Buffer.from(await asFile.arrayBuffer())).toString()).to.equal(plain.body);
    const encoded = await get(
      { entityType: 'Agent', proofs: 'false', treeSize: plain.treeSize },
      { 'accept-encoding': 'gzip' },
    );
    expect(encoded.headers.get('content-encoding')).to.equal('gzip');
    expect(await encoded.text()).to.equal(plain.body);
  });

  it('is itself recorded, before it is shown', async () => {
    const { treeSize } = await text({ type: 'TenantCreated', until: '2030-01-01T00:00:00Z' });
    const events = await api.log.readStream(streamOf.auditAccess('default'));
    expect(events.at(-1)).to.deep.include({ type: 'AuditExported' });
    expect(events.at(-1)?.metadata.actor).to.equal('loopback');
    expect(events.at(-1)?.data).to.deep.equal({
      format: 'jsonl',
      withProofs: true,
      filter: { types: ['TenantCreated'], until: '2030-01-01T00:00:00Z' },
      treeSize: Number(treeSize),
      fromSequence: 0,
      toSequence: Number(treeSize),
    });
  });

  it('says what is wrong before the first byte', async () => {
    expect(await refusal({ format: 'xml' })).to.equal('400 request/invalid');
    expect(await refusal({ since: 'yesterday' })).to.equal('400 request/invalid');
    expect(await refusal({ entityId: configurationId })).to.equal('400 request/invalid');
    expect(await refusal({ treeSize: '2' })).to.equal('404 export/no-such-root');
    const { treeSize, body } = await text({ agentId });
    expect(await refusal({ treeSize, from: '5', format: 'parquet' })).to.equal('409 export/cannot-go-on');
    expect(await refusal({ treeSize, from: '5' })).to.equal('409 export/cannot-go-on');
    const head = Buffer.from(body.split('\n').slice(0, 2).join('\n'));
    expect(await refusal({ treeSize, from: '5', head: head.toString('base64url') })).to.equal(
      '409 export/cannot-go-on',
    );
    const forged = head.toString().replace('"agentId"', '"agentid"');
    expect(
      await refusal({ agentId, treeSize, from: '5', head: Buffer.from(forged).toString('base64url') }),
    ).to.equal('409 export/cannot-go-on');
  });

  it('stops its work when the reader goes away, and lets others have its place', async () => {
    // More than the eight that may be under way at once.
    for (let turn = 0; turn < 12; turn++) {
      const asking = request(`${api.url}/api/audit/export?format=jsonl`).end();
      const [response] = (await once(asking, 'response')) as [
        NodeJS.ReadableStream & { destroy(): void; statusCode: number },
      ];
      expect(response.statusCode).to.equal(200);
      response.destroy();
      for (let wait = 0; wait < 2_000 && turn >= 6; wait++) {
        if ((await get({ type: 'TenantCreated' })).status === 200) break;
        await sleep(10);
      }
    }
    expect((await get({ type: 'TenantCreated' })).status).to.equal(200);
  });

  it('cut in the middle never looks like a whole file', async () => {
    const broken = stampEvents([health(0)], {
      tenant: 'default',
      actor: 'agent:broken',
      actorRole: 'Agent',
      correlationId: agentId,
    });
    await api.log.append([{ streamId: agentStream, expectedRevision: 'any', events: broken }]);
    const read = api.log.readAllText.bind(api.log);
    const faulty = api.log as { readAllText: typeof read };
    faulty.readAllText = async function* (options) {
      let pages = 0;
      for await (const page of read(options)) {
        if (++pages === 3) throw new Error('the database went away');
        yield page;
      }
    };
    try {
      const response = await get({});
      expect(response.status).to.equal(200);
      const outcome = await response.text().then(
        () => 'whole',
        () => 'cut',
      );
      expect(outcome).to.equal('cut');
    } finally {
      faulty.readAllText = read;
    }
  });
});
