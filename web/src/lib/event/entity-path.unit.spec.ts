import { expect } from 'chai';
import { entityPath } from './entity-path.ts';

const id = '0b1f7a3e-2c4d-4e5f-8a9b-0c1d2e3f4a5b';

describe('the page about an entity', () => {
  it('is that of its kind', () => {
    expect(entityPath('Agent', id)).to.equal(`/agents/${id}`);
    expect(entityPath('Configuration', id)).to.equal(`/configurations/${id}`);
  });

  it('is none for kinds without a page, and for names', () => {
    expect(entityPath('Tenant', id)).to.equal(null);
    expect(entityPath('Configuration', '../secrets')).to.equal(null);
  });
});
