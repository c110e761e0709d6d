import type { ConfigurationEvent } from '@ampora/catalogue';
import { specifyDecider } from '@ampora/testkit';
import fc from 'fast-check';
import { expect } from 'chai';
import { fold, isRejection } from '@ampora/kernel';
import { type ConfigurationCommand, configurationDecider } from './decider.ts';

const configurationId = '0195d0a0-0000-7000-8000-000000000001';
const text = (letter: string) => ({ contentHash: letter.repeat(64), sizeBytes: 10 });
const createdEvent: ConfigurationEvent = {
  type: 'ConfigurationCreated',
  data: { configurationId, name: 'edge', description: '' },
};
const draft = (version: number, letter = 'a'): ConfigurationEvent => ({
  type: 'ConfigurationDraftCreated',
  data: { version, ...text(letter), basedOnVersion: null },
});
const published = (version: number, letter = 'a'): ConfigurationEvent => ({
  type: 'ConfigurationVersionPublished',
  data: { version, ...text(letter), configHash: letter.repeat(64), notes: '' },
});
const archived = (version: number): ConfigurationEvent => ({
  type: 'ConfigurationVersionArchived',
  data: { version },
});
const tagSet = (tag: string, version: number, previousVersion: number | null = null): ConfigurationEvent => ({
  type: 'ConfigurationTagSet',
  data: { tag, version, previousVersion },
});
const deletedEvent: ConfigurationEvent = {
  type: 'ConfigurationDeleted',
  data: { configurationId, name: 'edge' },
};
const two = [createdEvent, draft(1), published(1), draft(2, 'b'), published(2, 'b')] as const;
const { given } = specifyDecider(configurationDecider);

describe('a configuration that does not exist', () => {
  it('is created with its name', () => {
    given()
      .when({ type: 'create-configuration', configurationId, name: 'edge', description: '' })
      .then([createdEvent]);
  });
  it('is created with a first draft when there is a text', () => {
    given()
      .when({
        type: 'create-configuration',
        configurationId,
        name: 'edge',
        description: '',
        draft: text('a'),
      })
      .then([createdEvent, draft(1)]);
  });
  it('has nothing to draft in', () => {
    given()
      .when({ type: 'create-draft', body: text('a'), basedOnVersion: null })
      .thenRejected('configuration/not-found');
  });
});

describe('a configuration', () => {
  it('is not created twice', () => {
    given(createdEvent)
      .when({ type: 'create-configuration', configurationId, name: 'other', description: '' })
      .thenRejected('configuration/already-exists');
  });
  it('numbers its drafts from one', () => {
    given(createdEvent)
      .when({ type: 'create-draft', body: text('a'), basedOnVersion: null })
      .then([draft(1)]);
  });
  it('never gives the number of a discarded draft again', () => {
    given(createdEvent, draft(1), { type: 'ConfigurationDraftDiscarded', data: { version: 1 } })
      .when({ type: 'create-draft', body: text('b'), basedOnVersion: null })
      .then([draft(2, 'b')]);
  });
  it('refuses a draft based on a version that it does not have', () => {
    given(createdEvent)
      .when({ type: 'create-draft', body: text('a'), basedOnVersion: 3 })
      .thenRejected('configuration/version-not-found');
  });
});

describe('a draft', () => {
  const edit = (rowVersion: number, letter: string): ConfigurationCommand => ({
    type: 'edit-draft',
    version: 1,
    rowVersion,
    body: text(letter),
  });
  it('is saved by whoever saw its newest row-version', () => {
    given(createdEvent, draft(1))
      .when(edit(1, 'b'))
      .then([{ type: 'ConfigurationDraftEdited', data: { version: 1, ...text('b'), rowVersion: 2 } }]);
  });
  it('refuses whoever saw an older one', () => {
    given(createdEvent, draft(1), {
      type: 'ConfigurationDraftEdited',
      data: { version: 1, ...text('b'), rowVersion: 2 },
    })
      .when(edit(1, 'c'))
      .thenRejected('configuration/stale-row-version');
  });
  it('is not saved again with the same text', () => {
    given(createdEvent, draft(1)).when(edit(1, 'a')).thenNothing();
  });
  it('is published with the text that was checked', () => {
    given(createdEvent, draft(1))
      .when({
        type: 'publish-draft',
        version: 1,
        rowVersion: 1,
        body: text('a'),
        configHash: 'a'.repeat(64),
        notes: '',
      })
      .then([published(1)]);
  });
  it('is not published when it was saved after the check', () => {
    given(createdEvent, draft(1), {
      type: 'ConfigurationDraftEdited',
      data: { version: 1, ...text('b'), rowVersion: 2 },
    })
      .when({
        type: 'publish-draft',
        version: 1,
        rowVersion: 1,
        body: text('a'),
        configHash: 'a'.repeat(64),
        notes: '',
      })
      .thenRejected('configuration/stale-row-version');
  });
  it('can be thrown away, and then is not there', () => {
    given(createdEvent, draft(1))
      .when({ type: 'discard-draft', version: 1 })
      .then([{ type: 'ConfigurationDraftDiscarded', data: { version: 1 } }]);
    given(createdEvent, draft(1), { type: 'ConfigurationDraftDiscarded', data: { version: 1 } })
      .when(edit(1, 'b'))
      .thenRejected('configuration/version-not-found');
  });
  it('cannot be archived', () => {
    given(createdEvent, draft(1))
      .when({ type: 'archive-version', version: 1 })
      .thenRejected('configuration/not-published');
  });
});

describe('a published version', () => {
  it('never changes', () => {
    given(createdEvent, draft(1), published(1))
      .when({ type: 'edit-draft', version: 1, rowVersion: 1, body: text('b') })
      .thenRejected('configuration/not-a-draft');
  });
  it('is archived once', () => {
    given(createdEvent, draft(1), published(1))
      .when({ type: 'archive-version', version: 1 })
      .then([{ type: 'ConfigurationVersionArchived', data: { version: 1 } }]);
    given(createdEvent, draft(1), published(1), {
      type: 'ConfigurationVersionArchived',
      data: { version: 1 },
    })
      .when({ type: 'archive-version', version: 1 })
      .thenRejected('configuration/not-published');
  });
});

describe('an archived version', () => {
  it('comes back into use', () => {
    given(createdEvent, draft(1), published(1), archived(1))
      .when({ type: 'unarchive-version', version: 1 })
      .then([{ type: 'ConfigurationVersionUnarchived', data: { version: 1 } }]);
  });
  it('can be archived again after that', () => {
    given(createdEvent, draft(1), published(1), archived(1), {
      type: 'ConfigurationVersionUnarchived',
      data: { version: 1 },
    })
      .when({ type: 'archive-version', version: 1 })
      .then([archived(1)]);
  });
  it('is the only kind that can', () => {
    given(createdEvent, draft(1), published(1))
      .when({ type: 'unarchive-version', version: 1 })
      .thenRejected('configuration/not-archived');
    given(createdEvent, draft(1))
      .when({ type: 'unarchive-version', version: 1 })
      .thenRejected('configuration/not-archived');
  });
});

describe('a tag', () => {
  it('is put on a published version', () => {
    given(...two)
      .when({ type: 'set-tag', tag: 'golden', version: 1 })
      .then([tagSet('golden', 1)]);
  });
  it('moves by one event that says where it was', () => {
    given(...two, tagSet('golden', 1))
      .when({ type: 'set-tag', tag: 'golden', version: 2 })
      .then([tagSet('golden', 2, 1)]);
  });
  it('is nothing new where it is', () => {
    given(...two, tagSet('golden', 1))
      .when({ type: 'set-tag', tag: 'golden', version: 1 })
      .thenNothing();
  });
  it('is for published versions only', () => {
    given(createdEvent, draft(1))
      .when({ type: 'set-tag', tag: 'golden', version: 1 })
      .thenRejected('configuration/not-published');
    given(...two, archived(1))
      .when({ type: 'set-tag', tag: 'golden', version: 1 })
      .thenRejected('configuration/not-published');
    given(...two)
      .when({ type: 'set-tag', tag: 'golden', version: 9 })
      .thenRejected('configuration/version-not-found');
  });
  for (const tag of ['', 'Golden', 'a b', '3', '@x', 'x'.repeat(41), 'ä'])
    it(`is not called “${tag}”`, () => {
      given(...two)
        .when({ type: 'set-tag', tag, version: 1 })
        .thenRejected('configuration/invalid-tag');
    });
  it('keeps its version from being archived and deleted, and the configuration from being deleted', () => {
    const tagged = given(...two, tagSet('golden', 1), tagSet('lts', 1));
    tagged.when({ type: 'archive-version', version: 1 }).thenRejected('configuration/tagged');
    tagged.when({ type: 'delete-version', version: 1 }).thenRejected('configuration/tagged');
    tagged.when({ type: 'delete-configuration' }).thenRejected('configuration/tagged');
    tagged.when({ type: 'archive-version', version: 2 }).then([archived(2)]);
  });
  it('lets go when it is taken off', () => {
    const off: ConfigurationEvent = { type: 'ConfigurationTagRemoved', data: { tag: 'golden', version: 1 } };
    given(...two, tagSet('golden', 1))
      .when({ type: 'remove-tag', tag: 'golden' })
      .then([off]);
    given(...two, tagSet('golden', 1), off)
      .when({ type: 'archive-version', version: 1 })
      .then([archived(1)]);
    given(...two, tagSet('golden', 1), off)
      .when({ type: 'remove-tag', tag: 'golden' })
      .thenRejected('configuration/tag-not-found');
  });
  it('is one of a hundred at most', () => {
    const tags = Array.from({ length: 100 }, (_, index) => tagSet(`t${index}`, 1));
    given(...two, ...tags)
      .when({ type: 'set-tag', tag: 'more', version: 1 })
      .thenRejected('configuration/too-many-tags');
    given(...two, ...tags)
      .when({ type: 'set-tag', tag: 't7', version: 2 })
      .then([tagSet('t7', 2, 1)]);
  });
});

describe('going back', () => {
  const back: ConfigurationEvent = {
    type: 'ConfigurationDraftCreated',
    data: { version: 3, ...text('a'), basedOnVersion: 1 },
  };
  it('begins a draft with the text of a version', () => {
    given(...two)
      .when({ type: 'revert', to: 1 })
      .then([back]);
  });
  it('begins a draft with the text that a tag is on', () => {
    given(...two, tagSet('golden', 1))
      .when({ type: 'revert', to: 'golden' })
      .then([back]);
  });
  it('needs a version or a tag that is there', () => {
    given(...two)
      .when({ type: 'revert', to: 7 })
      .thenRejected('configuration/version-not-found');
    given(...two)
      .when({ type: 'revert', to: 'golden' })
      .thenRejected('configuration/tag-not-found');
  });
});

describe('deleting', () => {
  it('takes a published or an archived version away, and never gives its number again', () => {
    const gone: ConfigurationEvent = { type: 'ConfigurationVersionDeleted', data: { version: 2 } };
    given(...two)
      .when({ type: 'delete-version', version: 2 })
      .then([gone]);
    given(...two, archived(2))
      .when({ type: 'delete-version', version: 2 })
      .then([gone]);
    given(...two, gone)
      .when({ type: 'delete-version', version: 2 })
      .thenRejected('configuration/version-not-found');
    given(...two, gone)
      .when({ type: 'create-draft', body: text('c'), basedOnVersion: null })
      .then([draft(3, 'c')]);
  });
  it('archives first what is to go, all at once, and takes that back when nothing goes after all', () => {
    given(...two, draft(3, 'c'))
      .when({ type: 'withdraw', version: null })
      .then([archived(1), archived(2)]);
    given(...two)
      .when({ type: 'withdraw', version: 2 })
      .then([archived(2)]);
    given(...two, archived(2))
      .when({ type: 'withdraw', version: 2 })
      .thenNothing();
    given(...two, tagSet('golden', 1))
      .when({ type: 'withdraw', version: null })
      .thenRejected('configuration/tagged');
    given(...two, tagSet('golden', 1))
      .when({ type: 'withdraw', version: 1 })
      .thenRejected('configuration/tagged');
    given(...two, archived(1))
      .when({ type: 'reinstate', versions: [1, 2] })
      .then([{ type: 'ConfigurationVersionUnarchived', data: { version: 1 } }]);
  });
  it('is not for drafts', () => {
    given(createdEvent, draft(1))
      .when({ type: 'delete-version', version: 1 })
      .thenRejected('configuration/not-published');
  });
  it('takes a configuration away, which then accepts nothing', () => {
    given(...two)
      .when({ type: 'delete-configuration' })
      .then([deletedEvent]);
    const gone = given(...two, deletedEvent);
    gone.when({ type: 'delete-configuration' }).thenRejected('configuration/deleted');
    gone.when({ type: 'revert', to: 1 }).thenRejected('configuration/deleted');
    gone.when({ type: 'set-tag', tag: 'x', version: 1 }).thenRejected('configuration/deleted');
    gone
      .when({ type: 'create-configuration', configurationId, name: 'edge', description: '' })
      .thenRejected('configuration/already-exists');
  });
});

describe('any run of commands on a configuration', () => {
  const version = fc.integer({ min: 1, max: 4 });
  const body = fc.constantFrom('a', 'b', 'c').map(text);
  const rowVersion = fc.integer({ min: 1, max: 3 });
  const tag = fc.constantFrom('golden', 'lts', 'next');
  const command: fc.Arbitrary<ConfigurationCommand> = fc.oneof(
    {
      weight: 20,
      arbitrary: fc.record({
        type: fc.constant('create-draft' as const),
        body,
        basedOnVersion: fc.option(version),
      }),
    },
    {
      weight: 10,
      arbitrary: fc.record({ type: fc.constant('edit-draft' as const), version, rowVersion, body }),
    },
    { weight: 5, arbitrary: fc.record({ type: fc.constant('discard-draft' as const), version }) },
    {
      weight: 30,
      arbitrary: fc.record({
        type: fc.constant('publish-draft' as const),
        version,
        rowVersion: fc.constantFrom(1, 1, 2),
        body,
        configHash: fc.constant('f'.repeat(64)),
        notes: fc.constant(''),
      }),
    },
    { weight: 10, arbitrary: fc.record({ type: fc.constant('archive-version' as const), version }) },
    { weight: 5, arbitrary: fc.record({ type: fc.constant('unarchive-version' as const), version }) },
    { weight: 15, arbitrary: fc.record({ type: fc.constant('set-tag' as const), tag, version }) },
    { weight: 5, arbitrary: fc.record({ type: fc.constant('remove-tag' as const), tag }) },
    { weight: 5, arbitrary: fc.record({ type: fc.constant('revert' as const), to: fc.oneof(version, tag) }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('withdraw' as const), version: fc.option(version) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('reinstate' as const), versions: fc.uniqueArray(version) }),
    },
    { weight: 10, arbitrary: fc.record({ type: fc.constant('delete-version' as const), version }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('delete-configuration' as const) }) },
  );

  it('leaves published texts as they were, tags on published versions, numbers unique, and what is deleted alone', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80, size: 'max' }), (commands) => {
        const events: ConfigurationEvent[] = [createdEvent];
        const frozen = new Map<number, string>();
        const given = new Set<number>();
        for (const one of commands) {
          const before = fold(configurationDecider, events);
          let decided: readonly ConfigurationEvent[] = [];
          try {
            decided = configurationDecider.decide(one, before);
          } catch (error) {
            expect(isRejection(error)).to.equal(true);
          }
          if (before.status === 'deleted') expect(decided).to.deep.equal([]);
          events.push(...decided);
          for (const event of decided) {
            seen.add(event.type);
            if (event.type !== 'ConfigurationDraftCreated') continue;
            expect(given.has(event.data.version)).to.equal(false);
            given.add(event.data.version);
          }
          const state = fold(configurationDecider, events);
          if (state.status !== 'created') continue;
          for (const [number, hash] of frozen) {
            const now = state.versions.get(number);
            if (now?.status === 'deleted') continue;
            expect(now && 'configHash' in now ? now.contentHash : undefined).to.equal(hash);
          }
          for (const [number, now] of state.versions)
            if (now.status === 'published') frozen.set(number, now.contentHash);
          for (const on of state.tags.values()) expect(state.versions.get(on)?.status).to.equal('published');
        }
      }),
      { numRuns: 500 },
    );
    // The walk is worth something only when it comes everywhere.
    expect(seen.size).to.equal(10);
  });
});
