import { expect } from 'chai';
import { noFilter } from './audit-query.ts';
import { downloadPath, exportCommand, ignoredBy, quoted } from './export-request.ts';

const filter = {
  ...noFilter,
  actor: "o'hara",
  entityType: ['Configuration'],
  since: '2026-03-01T00:00:00.000Z',
};

describe('an export of the audit log', () => {
  it('is downloaded with the filters of the page', () => {
    const url = new URL(downloadPath({ format: 'csv', proofs: true, filter }), 'http://host');
    expect(url.pathname).to.equal('/api/audit/export');
    expect(Object.fromEntries(url.searchParams)).to.deep.equal({
      format: 'csv',
      entityType: 'Configuration',
      actor: "o'hara",
      since: '2026-03-01T00:00:00.000Z',
      proofs: 'true',
    });
  });

  it('is the same from a terminal, whatever a name holds', () => {
    expect(exportCommand({ format: 'jsonl', proofs: false, filter }, 'audit.jsonl')).to.equal(
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
  });
});
