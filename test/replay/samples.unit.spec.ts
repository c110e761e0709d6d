import { readdirSync, readFileSync } from 'node:fs';
import { catalogue, decodeEvent, definitionOf, encodeEvent } from '@ampora/catalogue';
import type { AmporaEvent } from '@ampora/catalogue';
import type { JsonObject, RecordedEvent } from '@ampora/kernel';
import { expect } from 'chai';

interface Sample {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
}

const folder = new URL('./samples/', import.meta.url);
const samples = readdirSync(folder).map((name) => ({
  name,
  ...(JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Sample),
}));

const stored = ({ type, schemaVersion, data }: Sample): RecordedEvent => ({
  id: '0195d0a0-0000-7000-8000-000000000001',
  type,
  schemaVersion,
  data,
  metadata: {
    tenant: 'default',
    actor: 'system',
    actorRole: 'System',
    correlationId: '0195d0a0-0000-7000-8000-000000000002',
  },
  streamId: 'sample',
  revision: 0,
  position: 1n,
  recordedAtMs: 0,
});

describe('every shape that was ever stored', () => {
  for (const { type, version } of catalogue) {
    for (let shape = 1; shape <= version; shape++) {
      it(`has a sample: ${type} version ${shape}`, () => {
        const found = samples.some((sample) => sample.type === type && sample.schemaVersion === shape);
        expect(
          found,
          `add test/replay/samples/${type}.v${shape}.json from a real log; past ones are never edited`,
        ).to.equal(true);
      });
    }
  }

  for (const sample of samples) {
    it(`is still read: ${sample.name}`, () => {
      expect(definitionOf(sample.type), 'stored names are never taken away').to.not.equal(undefined);
      const decoded = decodeEvent(stored(sample));
      expect(() => encodeEvent({ type: sample.type, data: decoded?.data } as AmporaEvent)).to.not.throw();
    });
  }

  it('is skipped when a newer build wrote it', () => {
    expect(decodeEvent(stored({ type: 'FromTheFuture', schemaVersion: 1, data: {} }))).to.equal(undefined);
  });
});
