import { expect } from 'chai';
import { noFilter } from './audit-query.ts';
import {
  downloadPath,
  exportCommand,
  type ExportRequest,
  ignoredBy,
  proofsPath,
  quoted,
} from './export-request.ts';

const filter = {
  ...noFilter,
  actor: "o'hara",
  entityType: ['Configuration'],
  since: '2026-03-01T00:00:00.000Z',
};

const request: ExportRequest = { format: 'jsonl', proofs: true, filter, treeSize: null };
const asked = (path: string | null) => Object.fromEntries(new URL(path ?? '', 'http://host').searchParams);
const kept = {
  entityType: 'Configuration',
  actor: "o'hara",
  since: '2026-03-01T00:00:00.000Z',
};

describe('an export of the audit log', () => {
  it('is downloaded with the filters of the page', () => {
    expect(downloadPath(request)).to.match(/^\/api\/audit\/export\?/);
    expect(asked(downloadPath(request))).to.deep.equal({ format: 'jsonl', ...kept });
    expect(asked(downloadPath({ ...request, proofs: false }))).to.include({ proofs: 'false' });
  });

  it('has its proofs in the file, or beside it at the same root', () => {
    expect(proofsPath(request)).to.equal(null);
    const csv = { ...request, format: 'csv', treeSize: 12 } as const;
    expect(asked(downloadPath(csv))).to.deep.equal({ format: 'csv', ...kept, treeSize: '12' });
    expect(asked(proofsPath(csv))).to.deep.equal({ format: 'proofs', ...kept, treeSize: '12' });
    expect(proofsPath({ ...csv, proofs: false })).to.equal(null);
  });

  it('is the same from a terminal, whatever a name holds', () => {
    expect(exportCommand(request, 'audit.jsonl')).to.equal(
      `ampora events export --format jsonl --entity-type Configuration --actor 'o'\\''hara' --since 2026-03-01T00:00:00.000Z --output audit.jsonl`,
    );
    expect(quoted('a; rm -rf /')).to.equal(`'a; rm -rf /'`);
  });

  it('says which filters it cannot keep', () => {
    expect(ignoredBy(filter)).to.deep.equal([]);
    expect(ignoredBy({ ...filter, action: ['Published'], entityType: ['A', 'B'], text: 'x' })).to.deep.equal([
      'action',
      'more than one entity type',
      'text',
    ]);
    expect(ignoredBy({ ...noFilter, entityType: ['SigningKey'], entityId: 'x' })).to.deep.equal([
      'the entity SigningKey',
      'an id without its entity type',
    ]);
  });
});
