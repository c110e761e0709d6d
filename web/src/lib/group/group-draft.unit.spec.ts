import type { GroupRow } from '@ampora/api-contract';
import { expect } from 'chai';
import { blankDraft, conflictsOf, creationOf, draftOf, editOf, mergedDraft } from './group-draft.ts';

const group: GroupRow = {
  id: '0b1f7a3e-2c4d-4e5f-8a9b-0c1d2e3f4a5b',
  name: 'Edge',
  description: 'Beside the shops',
  mode: 'dynamic',
  selector: 'ring = "canary"',
  selectorProblem: null,
  priority: 5,
  autoApply: true,
  members: 3,
  connected: 3,
  healthy: 3,
  inSync: 3,
  assigned: null,
  assignedHash: null,
  createdAt: '2026-03-01T12:00:00.000Z',
  createdBy: 'me',
  updatedAt: '2026-03-01T12:00:00.000Z',
  deletedAt: null,
  revision: 1,
  position: '7',
};

describe('a group that is being written', () => {
  it('says nothing where nothing was changed', () => {
    expect(editOf(group, draftOf(group))).to.deep.equal({});
  });

  it('says only what was changed', () => {
    const draft = { ...draftOf(group), name: ' Edge two ', priority: 6 };
    expect(editOf(group, draft)).to.deep.equal({ name: 'Edge two', priority: 6 });
  });

  it('drops the selector when it becomes static', () => {
    expect(editOf(group, { ...draftOf(group), mode: 'static' })).to.deep.equal({
      mode: 'static',
      selector: null,
    });
    expect(creationOf({ ...blankDraft, mode: 'static', selector: 'x = 1' }).selector).to.equal(null);
  });

  it('names what somebody else changed meanwhile, and keeps both changes where they do not meet', () => {
    const current = { ...group, priority: 9, description: 'Theirs', revision: 2 };
    const draft = { ...draftOf(group), description: 'Mine', name: 'Edge two' };
    const conflicts = conflictsOf(group, current, draft);
    expect(conflicts.map(({ field, isContested }) => [field, isContested])).to.deep.equal([
      ['description', true],
      ['priority', false],
    ]);
    expect(mergedDraft(group, current, draft)).to.deep.include({
      name: 'Edge two',
      description: 'Mine',
      priority: 9,
    });
  });
});
