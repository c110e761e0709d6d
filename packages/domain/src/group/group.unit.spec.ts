import type { GroupEvent } from '@ampora/catalogue';
import { specifyDecider } from '@ampora/testkit';
import type { AssignableVersion } from '../assignment/assignment.ts';
import { groupDecider } from './group.ts';

const groupId = '0195d0a0-0000-7000-8000-0000000000a1';
const details = { name: 'edge', description: '', priority: 0, autoApply: true };
const version = (number: number): AssignableVersion => ({
  configurationId: '0195d0a0-0000-7000-8000-000000000001',
  version: number,
  contentHash: String(number).repeat(64),
  configHash: String(number).repeat(64),
});
const created: GroupEvent = {
  type: 'GroupCreated',
  data: { groupId, ...details, mode: 'static', selector: null },
};
const changed = (changes: Partial<typeof details>): GroupEvent => ({
  type: 'GroupDetailsChanged',
  data: { groupId, ...details, ...changes },
});
const aimed = (selector: string | null): GroupEvent => ({
  type: 'GroupSelectorChanged',
  data: { groupId, mode: selector === null ? 'static' : 'dynamic', selector },
});
const assigned = (number: number): GroupEvent => ({
  type: 'GroupConfigurationAssigned',
  data: { groupId, ...version(number) },
});
const deleted: GroupEvent = { type: 'GroupDeleted', data: { groupId } };
const restored = (name: string): GroupEvent => ({ type: 'GroupRestored', data: { groupId, name } });
const { given } = specifyDecider(groupDecider);

describe('a group', () => {
  const create = { type: 'create-group', groupId, ...details } as const;

  it('is created once, static or by a selector', () => {
    given()
      .when({ ...create, mode: 'static', selector: null })
      .then([created]);
    given(created)
      .when({ ...create, mode: 'static', selector: null })
      .thenRejected('group/already-exists');
    given()
      .when({ ...create, mode: 'dynamic', selector: 'true' })
      .then([{ type: 'GroupCreated', data: { groupId, ...details, mode: 'dynamic', selector: 'true' } }]);
  });

  it('has a selector if and only if it is dynamic', () => {
    given()
      .when({ ...create, mode: 'static', selector: 'true' })
      .thenRejected('group/selector-mismatch');
    given()
      .when({ ...create, mode: 'dynamic', selector: '  ' })
      .thenRejected('group/selector-mismatch');
    given(created)
      .when({ type: 'edit-group', groupId, changes: { mode: 'dynamic' } })
      .thenRejected('group/selector-mismatch');
  });

  it('states what an edit changed, and nothing else', () => {
    given(created)
      .when({ type: 'edit-group', groupId, revision: 1, changes: { ...details } })
      .thenNothing();
    given(created)
      .when({ type: 'edit-group', groupId, revision: 1, changes: { name: 'Edge', autoApply: false } })
      .then([changed({ name: 'Edge', autoApply: false })]);
    given(created)
      .when({
        type: 'edit-group',
        groupId,
        changes: { description: 'gateways', mode: 'dynamic', selector: 'true' },
      })
      .then([changed({ description: 'gateways' }), aimed('true')]);
    given(created, aimed('true'))
      .when({ type: 'edit-group', groupId, changes: { mode: 'static' } })
      .then([aimed(null)]);
    given(created, aimed('true'))
      .when({ type: 'edit-group', groupId, changes: { selector: 'false' } })
      .then([aimed('false')]);
  });

  it('is edited by whoever saw it as it is; assignments are no edits', () => {
    given(created, changed({ name: 'Edge' }))
      .when({ type: 'edit-group', groupId, revision: 1, changes: { name: 'other' } })
      .thenRejected('group/stale-revision');
    given(created, assigned(1))
      .when({ type: 'edit-group', groupId, revision: 1, changes: { name: 'other' } })
      .then([changed({ name: 'other' })]);
  });

  it('is assigned a version until that is taken back', () => {
    given(created)
      .when({ type: 'assign-group', groupId, assigned: version(1) })
      .then([assigned(1)]);
    given(created, assigned(1))
      .when({ type: 'assign-group', groupId, assigned: version(1) })
      .thenNothing();
    given(created, assigned(1))
      .when({ type: 'unassign-group', groupId })
      .then([{ type: 'GroupConfigurationUnassigned', data: { groupId } }]);
    given(created).when({ type: 'unassign-group', groupId }).thenRejected('assignment/not-assigned');
  });

  it('is deleted and restored, under another name if need be', () => {
    given(created).when({ type: 'delete-group', groupId, revision: 1 }).then([deleted]);
    given(created).when({ type: 'delete-group', groupId, revision: 7 }).thenRejected('group/stale-revision');
    given(created, deleted).when({ type: 'delete-group', groupId, revision: 1 }).thenNothing();
    given(created, deleted)
      .when({ type: 'restore-group', groupId })
      .then([restored('edge')]);
    given(created, deleted)
      .when({ type: 'restore-group', groupId, name: 'edge of old' })
      .then([restored('edge of old')]);
    given(created).when({ type: 'restore-group', groupId, name: 'other' }).thenNothing();
  });

  it('while it is deleted changes no more, but can be freed of its assignment', () => {
    given(created, deleted)
      .when({ type: 'edit-group', groupId, changes: { name: 'x' } })
      .thenRejected('group/deleted');
    given(created, deleted)
      .when({ type: 'assign-group', groupId, assigned: version(1) })
      .thenRejected('group/deleted');
    given(created, assigned(1), deleted)
      .when({ type: 'unassign-group', groupId })
      .then([{ type: 'GroupConfigurationUnassigned', data: { groupId } }]);
  });

  it('that never was is not found', () => {
    for (const command of [
      { type: 'edit-group', groupId, changes: {} },
      { type: 'delete-group', groupId },
      { type: 'restore-group', groupId },
      { type: 'unassign-group', groupId },
    ] as const)
      given().when(command).thenRejected('group/not-found');
  });
});
