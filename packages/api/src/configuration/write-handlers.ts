import type { AssignmentCommands, ConfigurationCommands } from '@ampora/application';
import { isRejection, Rejection } from '@ampora/kernel';
import { toTarget } from '../assignment/target.ts';
import { ApiError } from '../problem/api-error.ts';
import type { Handlers } from '../routing/handlers.ts';
import { findingsOf } from './check-text.ts';

type Writes = Pick<
  Handlers,
  | 'createConfiguration'
  | 'validateConfiguration'
  | 'createVersion'
  | 'editVersion'
  | 'discardVersion'
  | 'publishVersion'
  | 'archiveVersion'
  | 'assign'
  | 'unassign'
>;

export interface WriteHandlersOptions {
  readonly configurations: ConfigurationCommands;
  readonly assignments: AssignmentCommands;
  /** Largest text that agents can be sent, in bytes. */
  readonly maxBodyBytes: number;
  /** The stored hash of a draft's current text, for the loser of a conflict. */
  readonly currentText: (configurationId: string, version: number) => Promise<string | undefined>;
}

export function writeHandlers(options: WriteHandlersOptions): Writes {
  const { configurations, assignments, maxBodyBytes } = options;
  const textOf = (text: string) => {
    const size = Buffer.byteLength(text, 'utf8');
    if (size > maxBodyBytes)
      throw new ApiError(
        413,
        'configuration/too-large',
        `The text has ${size} bytes; agents can be sent ${maxBodyBytes}.`,
      );
    return text;
  };
  return {
    validateConfiguration: async ({ body }) => findingsOf(textOf(body.body)),

    async createConfiguration({ body, command }) {
      const input = {
        name: body.name,
        description: body.description,
        ...(body.body === undefined ? {} : { body: textOf(body.body) }),
      };
      const { position, configurationId, version } = await configurations.create(input, command);
      return { position: String(position), id: configurationId, version };
    },

    async createVersion({ params, body, command }) {
      const input = {
        configurationId: params.id,
        text: textOf(body.body),
        basedOnVersion: body.basedOnVersion ?? null,
      };
      const { position, version, rowVersion } = await configurations.createDraft(input, command);
      return { position: String(position), version, rowVersion };
    },

    async editVersion({ params, body, ifMatch, command }) {
      if (ifMatch === undefined) {
        throw new ApiError(
          428,
          'request/if-match-required',
          'Saving a draft wants If-Match with the row-version that you edited.',
        );
      }
      const input = {
        configurationId: params.id,
        version: params.version,
        rowVersion: ifMatch,
        text: textOf(body.body),
      };
      try {
        const { position, rowVersion } = await configurations.editDraft(input, command);
        return { position: String(position), rowVersion };
      } catch (error) {
        throw await withBothTexts(error, body.body, () => options.currentText(params.id, params.version));
      }
    },

    async discardVersion({ params, command }) {
      const { position } = await configurations.discardDraft(
        { configurationId: params.id, version: params.version },
        command,
      );
      return { position: String(position) };
    },

    async publishVersion({ params, body, ifMatch, command }) {
      const input = {
        configurationId: params.id,
        version: params.version,
        rowVersion: ifMatch,
        notes: body.notes,
      };
      const { position, contentHash, configHash } = await configurations.publish(input, command);
      return { position: String(position), version: params.version, contentHash, configHash };
    },

    async archiveVersion({ params, command }) {
      const { position } = await configurations.archive(
        { configurationId: params.id, version: params.version },
        command,
      );
      return { position: String(position) };
    },

    async assign({ body, command }) {
      const { position } = await assignments.assign(
        { configurationId: body.configurationId, version: body.version, target: toTarget(body.target) },
        command,
      );
      return { position: String(position) };
    },

    async unassign({ body, command }) {
      const { position } = await assignments.unassign(toTarget(body.target), command);
      return { position: String(position) };
    },
  };
}

/** The loser of a conflict gets both texts back, to compare and save again. */
async function withBothTexts(
  error: unknown,
  yours: string,
  current: () => Promise<string | undefined>,
): Promise<unknown> {
  if (!isRejection(error) || error.code !== 'configuration/stale-row-version') return error;
  const currentBody = await current();
  return new Rejection(error.code, error.message, {
    ...error.details,
    yourBody: yours,
    ...(currentBody === undefined ? {} : { currentBody }),
  });
}
