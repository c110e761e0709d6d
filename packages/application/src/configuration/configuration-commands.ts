import { randomUUID } from 'node:crypto';
import { type ConfigurationEvent, streamOf } from '@ampora/catalogue';
import {
  type ConfigurationCommand,
  configurationDecider,
  createdConfiguration,
  type CreatedConfiguration,
  type LiveVersion,
  notADraft,
  type StoredBody,
  versionOf,
  versionOfTag,
} from '@ampora/domain';
import { type EventMetadata, isRejection, type Position, Rejection } from '@ampora/kernel';
import type { ContentReader } from '../content/read-content.ts';
import { storeContentAside } from '../content/store-content.ts';
import { handleCommand } from '../event-writing/command-handler.ts';
import { keyOf, refuseReusedKey, stepOf } from '../event-writing/command-id.ts';
import { uuidFrom } from '../event-writing/stamp-events.ts';
import type { EventLog, StreamAppend } from '../ports/event-log.ts';
import { actionOf, type Applied, type Applying, planApply } from './apply-configuration.ts';
import type { CommandContext } from './command-context.ts';
import type { ConfigurationCheck } from './configuration-check.ts';
import { holderOf, releaseName, reserveName } from './configuration-name.ts';
import { currentDraft, type CurrentDraft } from './current-draft.ts';
import { loadConfiguration } from './load-configuration.ts';
import { refuseUsed, refuseUsedSince, type UsersOf } from './refuse-used.ts';

export type { CommandContext } from './command-context.ts';

export interface ConfigurationCommandsOptions {
  readonly log: EventLog;
  readonly content: ContentReader;
  /** Checks a text; runs again when a draft is published. */
  readonly check: (text: string) => ConfigurationCheck | Promise<ConfigurationCheck>;
  /** Asked before something is deleted. */
  readonly usersOf: UsersOf;
}

export type ConfigurationCommands = ReturnType<typeof createConfigurationCommands>;

export interface Published {
  readonly position: Position;
  readonly version: number;
  readonly contentHash: string;
  readonly configHash: string;
  readonly semanticHash: string | null;
  /** The published version before it that means the same, if there is one: nothing changes for who runs that. */
  readonly equalsVersion: number | null;
  /** What the check found; nothing of it keeps the text from being published. */
  readonly findings: ConfigurationCheck['findings'];
}

/** The acts on configurations: each stores bodies first, then the facts that refer to them. */
export function createConfigurationCommands({ log, content, check, usersOf }: ConfigurationCommandsOptions) {
  const bodyOf = async (
    text: string,
    metadata: EventMetadata,
  ): Promise<{ body: StoredBody; before: StreamAppend[] }> => {
    const bytes = Buffer.from(text, 'utf8');
    const { contentHash, appends } = await storeContentAside(bytes, metadata);
    return { body: { contentHash, sizeBytes: bytes.byteLength }, before: appends };
  };
  const from = ({ source }: CommandContext) => (source === undefined ? {} : { source });
  const handle = (
    configurationId: string,
    command: ConfigurationCommand,
    { commandId, metadata }: CommandContext,
    before: readonly StreamAppend[] = [],
  ) =>
    handleCommand(log, configurationDecider, {
      streamId: streamOf.configuration(configurationId),
      command,
      commandId,
      metadata,
      before,
    });

  const draftMade = (events: readonly ConfigurationEvent[], { commandId }: CommandContext): number => {
    const made = events.find((event) => event.type === 'ConfigurationDraftCreated');
    if (made) return made.data.version;
    throw new Error(`Command ${commandId} created no draft: its id was used for something else before.`);
  };

  async function textOf(contentHash: string, what: string): Promise<string> {
    const bytes = await content.read(contentHash);
    if (bytes) return bytes.toString('utf8');
    throw new Error(`The text of ${what} is not in the log.`);
  }

  /** The newest other published version, when it means the same as a text does. */
  async function sameMeaning(
    state: CreatedConfiguration,
    version: number,
    contentHash: string,
    semanticHash: string | undefined,
  ): Promise<number | null> {
    const [newest] = [...state.versions]
      .filter(([number, { status }]) => number !== version && status === 'published')
      .toSorted(([left], [right]) => right - left);
    if (!newest || !('configHash' in newest[1])) return null;
    const [number, other] = newest;
    if (other.contentHash === contentHash) return number;
    if (semanticHash === undefined) return null;
    const meaning =
      other.semanticHash ?? (await check(await textOf(other.contentHash, `version ${number}`))).semanticHash;
    return meaning === semanticHash ? number : null;
  }

  /**
   * Deletes what nobody uses. It is archived first, so that from then on nobody can be told to run it; who was told
   * just before is in the log by then, or finds it archived right after (see the assignment commands) and takes it
   * back: an assignment that was acknowledged never points to what is gone.
   */
  async function unused<Done>(
    wanted: { readonly configurationId: string; readonly version?: number },
    state: CreatedConfiguration,
    context: CommandContext,
    remove: () => Promise<Done>,
  ): Promise<Done> {
    const { configurationId, version = null } = wanted;
    const seen = await refuseUsed({ log, usersOf }, state, wanted);
    const step = () => ({ ...context, commandId: randomUUID() });
    const { events } = await handle(configurationId, { type: 'withdraw', version }, step());
    try {
      await refuseUsedSince(log, state, wanted, seen);
      return await remove();
    } catch (error) {
      const versions = events.flatMap((event) =>
        event.type === 'ConfigurationVersionArchived' ? [event.data.version] : [],
      );
      if (isRejection(error)) await handle(configurationId, { type: 'reinstate', versions }, step());
      throw error;
    }
  }

  /** Names are unique per tenant, ignoring case. Rejects with `configuration/name-taken`. */
  async function create(
    input: { name: string; description: string; body?: string | undefined },
    context: CommandContext,
  ) {
    const { tenant } = context.metadata;
    const proposedId = uuidFrom(`configuration:${tenant}:${keyOf(context.commandId)}`);
    refuseReusedKey((await loadConfiguration(log, proposedId)).stored, context.commandId);
    const configurationId = await reserveName(log, { name: input.name, proposedId }, context);
    const stored = input.body === undefined ? undefined : await bodyOf(input.body, context.metadata);
    const { position } = await handle(
      configurationId,
      {
        type: 'create-configuration',
        configurationId,
        name: input.name,
        description: input.description,
        ...(stored ? { draft: { ...stored.body, ...from(context) } } : {}),
      },
      context,
      stored?.before,
    );
    return { position, configurationId, version: stored ? 1 : null };
  }

  async function createDraft(
    input: { configurationId: string; text: string; basedOnVersion: number | null },
    context: CommandContext,
  ) {
    const { body, before } = await bodyOf(input.text, context.metadata);
    const { basedOnVersion } = input;
    const { position, events } = await handle(
      input.configurationId,
      { type: 'create-draft', body, basedOnVersion, ...from(context) },
      context,
      before,
    );
    return { position, version: draftMade(events, context), rowVersion: 1 };
  }

  async function editDraft(
    input: { configurationId: string; version: number; rowVersion: number; text: string },
    context: CommandContext,
  ) {
    const { body, before } = await bodyOf(input.text, context.metadata);
    const { version, rowVersion } = input;
    const { position, state } = await handle(
      input.configurationId,
      { type: 'edit-draft', version, rowVersion, body, ...from(context) },
      context,
      before,
    );
    const saved = state.status === 'created' ? state.versions.get(version) : undefined;
    return { position, rowVersion: saved?.status === 'draft' ? saved.rowVersion : rowVersion };
  }

  /** Checks the draft's text once more and freezes it. Rejects with `configuration/invalid` and the findings. */
  async function publish(
    input: { configurationId: string; version: number; rowVersion: number | undefined; notes: string },
    context: CommandContext,
  ): Promise<Published> {
    const { state, stored } = await loadConfiguration(log, input.configurationId);
    const configuration = createdConfiguration(state);
    const { version } = input;
    const draft: LiveVersion = versionOf(state, version);
    refuseReusedKey(stored, context.commandId);
    const own = stored.findLast((event) => event.metadata.causationId === context.commandId);
    if (draft.status !== 'draft' && own === undefined) throw notADraft(version, draft.status);
    const { contentHash, sizeBytes } = draft;
    const text = await textOf(contentHash, `version ${version} of configuration ${input.configurationId}`);
    const { blocking, findings, semanticHash } = await check(text);
    const equalsVersion = await sameMeaning(configuration, version, contentHash, semanticHash);
    // Agents are offered one file with a fixed name and type, so the hash of the text covers all of the offer.
    const configHash = contentHash;
    const answer = { version, contentHash, configHash, semanticHash: semanticHash ?? null, equalsVersion };
    if (draft.status !== 'draft') return { ...answer, position: own?.position ?? 0n, findings };
    if (blocking) throw invalid(findings);
    const { position } = await handle(
      input.configurationId,
      {
        type: 'publish-draft',
        version,
        rowVersion: input.rowVersion ?? draft.rowVersion,
        body: { contentHash, sizeBytes },
        configHash,
        notes: input.notes,
        ...(semanticHash === undefined ? {} : { semanticHash }),
      },
      context,
    );
    return { ...answer, position, findings };
  }

  return {
    create,
    createDraft,
    editDraft,
    publish,

    async archive(input: { configurationId: string; version: number }, context: CommandContext) {
      return handle(input.configurationId, { type: 'archive-version', version: input.version }, context);
    },

    async unarchive(input: { configurationId: string; version: number }, context: CommandContext) {
      return handle(input.configurationId, { type: 'unarchive-version', version: input.version }, context);
    },

    async setTag(input: { configurationId: string; tag: string; version: number }, context: CommandContext) {
      const { configurationId, tag, version } = input;
      return handle(configurationId, { type: 'set-tag', tag, version }, context);
    },

    async removeTag(input: { configurationId: string; tag: string }, context: CommandContext) {
      return handle(input.configurationId, { type: 'remove-tag', tag: input.tag }, context);
    },

    /** Begins a draft with the text of an earlier version, named by its number or by a tag. */
    async revert(input: { configurationId: string; to: number | string }, context: CommandContext) {
      const command = { type: 'revert' as const, to: input.to, ...from(context) };
      const { position, events } = await handle(input.configurationId, command, context);
      return { position, version: draftMade(events, context), rowVersion: 1 };
    },

    /**
     * Throws a draft away; deletes a published or archived version that nobody uses. Rejects with
     * `configuration/in-use`.
     */
    async removeVersion(
      { configurationId, version }: { configurationId: string; version: number },
      context: CommandContext,
    ) {
      const { state, stored } = await loadConfiguration(log, configurationId);
      const isRepeated = stored.some(({ metadata }) => metadata.causationId === context.commandId);
      if (isRepeated || versionOf(state, version).status === 'draft')
        return handle(configurationId, { type: 'discard-draft', version }, context);
      const wanted = { configurationId, version };
      return unused(wanted, createdConfiguration(state), context, () =>
        handle(configurationId, { type: 'delete-version', version }, context),
      );
    },

    /** With all its versions; its name is free at once. Rejects with `configuration/in-use`. */
    async delete({ configurationId }: { configurationId: string }, context: CommandContext) {
      const { state, stored } = await loadConfiguration(log, configurationId);
      const remove = () => handle(configurationId, { type: 'delete-configuration' }, context);
      const isRepeated = stored.some(({ metadata }) => metadata.causationId === context.commandId);
      const { position, state: after } = isRepeated
        ? await remove()
        : await unused({ configurationId }, createdConfiguration(state), context, remove);
      if (after.status === 'deleted') await releaseName(log, after, context);
      return { position };
    },

    /** The version that a tag is on now, by the log; a number is itself. */
    async versionNumber(configurationId: string, wanted: number | string): Promise<number> {
      if (typeof wanted === 'number') return wanted;
      const { state } = await loadConfiguration(log, configurationId);
      return versionOfTag(createdConfiguration(state).tags, wanted);
    },

    /** What a draft says now, and who saved it: from the log, for whoever lost a race. */
    async currentDraft(configurationId: string, version: number): Promise<CurrentDraft | undefined> {
      return currentDraft({ log, content }, configurationId, version);
    },

    /** Brings a configuration to what a text says; the same text again changes nothing. */
    async apply(input: Applying, context: CommandContext): Promise<Applied> {
      const { name, text, notes, dryRun } = input;
      const holder = await holderOf(log, context.metadata.tenant, name);
      const loaded = holder === undefined ? undefined : await loadConfiguration(log, holder);
      const { body } = await bodyOf(text, context.metadata);
      const step = (which: 'create' | 'save' | 'publish'): CommandContext => ({
        ...context,
        commandId: stepOf(context.commandId, which),
      });
      const steps = (['create', 'save', 'publish'] as const).map((which) => step(which).commandId);
      for (const one of steps) refuseReusedKey(loaded?.stored ?? [], one);
      const plan = planApply(loaded?.state, body.contentHash, input.publish, context.source);
      const { findings, blocking, semanticHash } = await check(text);
      if (plan.publish && blocking) throw invalid(findings);
      const planned = {
        action: actionOf(plan, loaded?.stored ?? [], steps),
        name,
        contentHash: body.contentHash,
        semanticHash: semanticHash ?? null,
        findings,
        status: plan.publish || plan.isPublished ? ('Published' as const) : ('Draft' as const),
      };
      if (dryRun || plan.action === 'unchanged') {
        const equal =
          loaded?.state.status === 'created' && plan.publish
            ? await sameMeaning(loaded.state, plan.version, body.contentHash, semanticHash)
            : null;
        return {
          ...planned,
          id: holder ?? null,
          version: plan.version,
          equalsVersion: equal,
          position: loaded?.stored.at(-1)?.position ?? null,
        };
      }
      const save = async () => {
        if (holder === undefined) {
          const made = await create({ name, description: '', body: text }, step('create'));
          return { id: made.configurationId, version: 1, rowVersion: 1, position: made.position };
        }
        if (plan.save === 'edit') {
          const { version, rowVersion } = plan;
          const saved = { configurationId: holder, version, rowVersion, text };
          return { id: holder, version, ...(await editDraft(saved, step('save'))) };
        }
        if (plan.save === 'draft') {
          const draft = { configurationId: holder, text, basedOnVersion: plan.basedOnVersion };
          return { id: holder, ...(await createDraft(draft, step('save'))) };
        }
        return {
          id: holder,
          version: plan.version,
          rowVersion: plan.rowVersion,
          position: loaded?.stored.at(-1)?.position ?? 0n,
        };
      };
      const saved = await save();
      const { id, version, rowVersion } = saved;
      if (!plan.publish) return { ...planned, id, version, position: saved.position, equalsVersion: null };
      const published = await publish({ configurationId: id, version, rowVersion, notes }, step('publish'));
      const { position, equalsVersion } = published;
      return { ...planned, id, version, position, equalsVersion };
    },
  };
}

function invalid(findings: ConfigurationCheck['findings']): Rejection {
  return new Rejection(
    'configuration/invalid',
    'This text cannot be published: agents would refuse it. Mend what is listed, save and publish again.',
    { findings: [...findings] },
  );
}
