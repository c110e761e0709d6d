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

describe('any run of commands on a configuration', () => {
  const version = fc.integer({ min: 1, max: 4 });
  const body = fc.constantFrom('a', 'b', 'c').map(text);
  const rowVersion = fc.integer({ min: 1, max: 3 });
  const command: fc.Arbitrary<ConfigurationCommand> = fc.oneof(
    fc.record({ type: fc.constant('create-draft' as const), body, basedOnVersion: fc.option(version) }),
    fc.record({ type: fc.constant('edit-draft' as const), version, rowVersion, body }),
    fc.record({ type: fc.constant('discard-draft' as const), version }),
    fc.record({
      type: fc.constant('publish-draft' as const),
      version,
      rowVersion,
      body,
      configHash: fc.constant('f'.repeat(64)),
      notes: fc.constant(''),
    }),
    fc.record({ type: fc.constant('archive-version' as const), version }),
  );

  it('leaves what was published as it was', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        const events: ConfigurationEvent[] = [createdEvent];
        const frozen = new Map<number, string>();
        for (const one of commands) {
          try {
            events.push(...configurationDecider.decide(one, fold(configurationDecider, events)));
          } catch (error) {
            expect(isRejection(error)).to.equal(true);
          }
          const state = fold(configurationDecider, events);
          if (state.status !== 'created') throw new Error('it was created');
          for (const [number, before] of frozen) {
            const now = state.versions.get(number);
            expect(now && 'configHash' in now ? now.contentHash : undefined).to.equal(before);
          }
          for (const [number, now] of state.versions)
            if (now.status === 'published') frozen.set(number, now.contentHash);
        }
      }),
    );
  });
});
