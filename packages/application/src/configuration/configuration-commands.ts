import { createHash } from 'node:crypto';
import { type ConfigurationEvent, streamOf } from '@ampora/catalogue';
import {
  configurationDecider,
  type ConfigurationState,
  type StoredBody,
  notADraft,
  versionNotFound,
} from '@ampora/domain';
import { type EventMetadata, fold, type JsonValue, type Position, Rejection } from '@ampora/kernel';
import type { ContentReader } from '../content/read-content.ts';
import { storeContent } from '../content/store-content.ts';
import { handleCommand } from '../event-writing/command-handler.ts';
import { typedEvents } from '../event-writing/read-typed.ts';
import { idsOf, stampEvents, uuidFrom } from '../event-writing/stamp-events.ts';
import type { EventLog, StreamAppend } from '../ports/event-log.ts';

/** Who asks, and the name of this attempt: the same `commandId` given again changes nothing and answers the same. */
export interface CommandContext {
  readonly commandId: string;
  readonly metadata: EventMetadata;
}

/** What checking a text found. `blocking` findings keep it from being published. */
export interface ConfigurationCheck {
  readonly blocking: boolean;
  readonly findings: readonly JsonValue[];
}

export interface ConfigurationCommandsOptions {
  readonly log: EventLog;
  readonly content: ContentReader;
  /** Checks a text; runs again when a draft is published. */
  readonly check: (text: string) => ConfigurationCheck;
}

export type ConfigurationCommands = ReturnType<typeof createConfigurationCommands>;

/** The acts on configurations: each stores bodies first, then the facts that refer to them. */
export function createConfigurationCommands({ log, content, check }: ConfigurationCommandsOptions) {
  const bodyOf = (text: string, metadata: EventMetadata): { body: StoredBody; before: StreamAppend[] } => {
    const bytes = Buffer.from(text, 'utf8');
    const { contentHash, appends } = storeContent(bytes, metadata);
    return { body: { contentHash, sizeBytes: bytes.byteLength }, before: appends };
  };
  const load = async (configurationId: string): Promise<ConfigurationState> =>
    fold(
      configurationDecider,
      typedEvents<ConfigurationEvent>(await log.readStream(streamOf.configuration(configurationId))),
    );

  return {
    /** Names are unique per tenant, ignoring case. Rejects with `configuration/name-taken`. */
    async create(input: { name: string; description: string; body?: string }, context: CommandContext) {
      const { tenant } = context.metadata;
      const proposedId = uuidFrom(`configuration:${tenant}:${context.commandId}`);
      const configurationId = await reserveName(log, { name: input.name, proposedId }, context);
      const stored = input.body === undefined ? undefined : bodyOf(input.body, context.metadata);
      const { position } = await handleCommand(log, configurationDecider, {
        ...context,
        streamId: streamOf.configuration(configurationId),
        command: {
          type: 'create-configuration',
          configurationId,
          name: input.name,
          description: input.description,
          ...(stored ? { draft: stored.body } : {}),
        },
        before: stored?.before ?? [],
      });
      return { position, configurationId, version: stored ? 1 : null };
    },

    async createDraft(
      input: { configurationId: string; text: string; basedOnVersion: number | null },
      context: CommandContext,
    ) {
      const { body, before } = bodyOf(input.text, context.metadata);
      const { position, events } = await handleCommand(log, configurationDecider, {
        ...context,
        streamId: streamOf.configuration(input.configurationId),
        command: { type: 'create-draft', body, basedOnVersion: input.basedOnVersion },
        before,
      });
      const made = events.find((event) => event.type === 'ConfigurationDraftCreated');
      if (!made)
        throw new Error(
          `Command ${context.commandId} created no draft: its id was used for something else before.`,
        );
      return { position, version: made.data.version, rowVersion: 1 };
    },

    async editDraft(
      input: { configurationId: string; version: number; rowVersion: number; text: string },
      context: CommandContext,
    ) {
      const { body, before } = bodyOf(input.text, context.metadata);
      const { position, state } = await handleCommand(log, configurationDecider, {
        ...context,
        streamId: streamOf.configuration(input.configurationId),
        command: { type: 'edit-draft', version: input.version, rowVersion: input.rowVersion, body },
        before,
      });
      const saved = state.status === 'created' ? state.versions.get(input.version) : undefined;
      return { position, rowVersion: saved?.status === 'draft' ? saved.rowVersion : input.rowVersion };
    },

    async discardDraft(input: { configurationId: string; version: number }, context: CommandContext) {
      return handleCommand(log, configurationDecider, {
        ...context,
        streamId: streamOf.configuration(input.configurationId),
        command: { type: 'discard-draft', version: input.version },
      });
    },

    /** Checks the draft's text once more and freezes it. Rejects with `configuration/invalid` and the findings. */
    async publish(
      input: { configurationId: string; version: number; rowVersion: number | undefined; notes: string },
      context: CommandContext,
    ): Promise<{ position: Position; contentHash: string; configHash: string }> {
      const state = await load(input.configurationId);
      const draft = state.status === 'created' ? state.versions.get(input.version) : undefined;
      if (!draft || draft.status === 'discarded') throw versionNotFound(input.version);
      const streamId = streamOf.configuration(input.configurationId);
      if (draft.status !== 'draft') {
        const position = await storedBefore(log, streamId, context.commandId);
        if (position === undefined) throw notADraft(input.version, draft.status);
        return { position, contentHash: draft.contentHash, configHash: draft.configHash };
      }
      const bytes = await content.read(draft.contentHash);
      if (!bytes)
        throw new Error(
          `The text of version ${input.version} of configuration ${input.configurationId} is not in the log.`,
        );
      const { blocking, findings } = check(bytes.toString('utf8'));
      if (blocking) {
        throw new Rejection(
          'configuration/invalid',
          'This text cannot be published: agents would refuse it. Mend what is listed, save and publish again.',
          {
            findings: [...findings],
          },
        );
      }
      // Agents are offered one file with a fixed name and type, so the hash of the text covers all of the offer.
      const configHash = draft.contentHash;
      const body = { contentHash: draft.contentHash, sizeBytes: bytes.byteLength };
      const { position } = await handleCommand(log, configurationDecider, {
        ...context,
        streamId,
        command: {
          type: 'publish-draft',
          version: input.version,
          rowVersion: input.rowVersion ?? draft.rowVersion,
          body,
          configHash,
          notes: input.notes,
        },
      });
      return { position, contentHash: draft.contentHash, configHash };
    },

    async archive(input: { configurationId: string; version: number }, context: CommandContext) {
      return handleCommand(log, configurationDecider, {
        ...context,
        streamId: streamOf.configuration(input.configurationId),
        command: { type: 'archive-version', version: input.version },
      });
    },
  };
}

/**
 * Takes a name for a configuration that is about to be created. A reservation whose configuration was never created
 * (the process died in between) is taken over, with the id it names.
 */
async function reserveName(
  log: EventLog,
  wanted: { name: string; proposedId: string },
  context: CommandContext,
): Promise<string> {
  const nameHash = createHash('sha256')
    .update(`${context.metadata.tenant}\n${wanted.name.toLowerCase()}`)
    .digest('hex');
  const streamId = streamOf.configurationName(nameHash);
  const event: ConfigurationEvent = {
    type: 'ConfigurationNameReserved',
    data: { configurationId: wanted.proposedId, name: wanted.name },
  };
  const [result] = await log.append([
    {
      streamId,
      expectedRevision: 'no-stream',
      events: stampEvents([event], context.metadata, idsOf(context.commandId, streamId)),
    },
  ]);
  if (result?.outcome === 'appended') return wanted.proposedId;
  const [first] = typedEvents<ConfigurationEvent>(await log.readStream(streamId, { maxCount: 1 }));
  const holder = first?.type === 'ConfigurationNameReserved' ? first.data.configurationId : wanted.proposedId;
  const existing = await log.readStream(streamOf.configuration(holder), { maxCount: 1 });
  if (existing.length > 0) {
    throw new Rejection(
      'configuration/name-taken',
      `There is a configuration named “${wanted.name}” already.`,
      { name: wanted.name, configurationId: holder },
    );
  }
  return holder;
}

/** Where an earlier attempt of this command ended, if it stored anything. */
async function storedBefore(
  log: EventLog,
  streamId: string,
  commandId: string,
): Promise<Position | undefined> {
  const stored = await log.readStream(streamId);
  return stored.findLast((event) => event.metadata.causationId === commandId)?.position;
}
