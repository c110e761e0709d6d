import { configurationName } from '@ampora/api-contract';
import type { AssignmentCommands, ConfigurationCommands } from '@ampora/application';
import { nameInText } from '@ampora/collector-config';
import { isRejection, Rejection } from '@ampora/kernel';
import { toTarget } from '../assignment/target.ts';
import { ApiError } from '../problem/api-error.ts';
import type { Handlers } from '../routing/handlers.ts';
import { type TextChecks, toFindings } from './check-text.ts';
import { requireText, withinLimit } from './require-text.ts';
import { toVersionOrTag } from './version-or-tag.ts';

type Writes = Pick<
  Handlers,
  | 'createConfiguration'
  | 'validateConfiguration'
  | 'createVersion'
  | 'editVersion'
  | 'discardVersion'
  | 'publishVersion'
  | 'archiveVersion'
  | 'unarchiveVersion'
  | 'applyConfiguration'
  | 'deleteConfiguration'
  | 'revertToVersion'
  | 'setTag'
  | 'removeTag'
  | 'assign'
  | 'unassign'
>;

export interface WriteHandlersOptions {
  readonly configurations: ConfigurationCommands;
  readonly assignments: AssignmentCommands;
  /** Largest text that agents can be sent, in bytes. */
  readonly maxBodyBytes: number;
  readonly checks: Pick<TextChecks, 'validate'>;
}

export function writeHandlers(options: WriteHandlersOptions): Writes {
  const { configurations, assignments, maxBodyBytes, checks } = options;
  const textOf = (text: string) => requireText(text, maxBodyBytes);
  return {
    validateConfiguration: ({ body: { body, release, target }, caller: { tenant } }) =>
      checks.validate({ tenant, text: withinLimit(body, maxBodyBytes), release, target }),

    async createConfiguration({ body, command }) {
      const input = {
        name: body.name,
        description: body.description,
        ...(body.body === undefined ? {} : { body: textOf(body.body) }),
      };
      const { position, configurationId, version } = await configurations.create(input, command);
      return { position: String(position), id: configurationId, version };
    },

    async applyConfiguration({ body, command }) {
      const text = textOf(body.body);
      const name = body.name ?? configurationName.safeParse(nameInText(text)).data;
      if (name === undefined) {
        throw new ApiError(
          422,
          'configuration/name-missing',
          'Say which configuration this is: with “name”, or with # ampora.name: NAME in the first line of the text.',
        );
      }
      const { publish, notes, dryRun } = body;
      const applied = await configurations.apply({ name, text, publish, notes, dryRun }, command);
      return {
        ...applied,
        position: applied.position === null ? null : String(applied.position),
        unchangedMeaning: applied.equalsVersion !== null,
        findings: toFindings(applied.findings),
      };
    },

    async deleteConfiguration({ params, command }) {
      const { position } = await configurations.delete({ configurationId: params.id }, command);
      return { position: String(position) };
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

    async revertToVersion({ params, command }) {
      const input = { configurationId: params.id, to: toVersionOrTag(params.version) };
      const { position, version, rowVersion } = await configurations.revert(input, command);
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
        throw await forTheLoser(error, configurations, { ...params, yourBody: body.body });
      }
    },

    /** A draft is thrown away; a published or archived version is deleted when nobody uses it. */
    async discardVersion({ params, command }) {
      const input = { configurationId: params.id, version: params.version };
      const { position } = await configurations.removeVersion(input, command);
      return { position: String(position) };
    },

    async publishVersion({ params, body, ifMatch, command }) {
      const input = {
        configurationId: params.id,
        version: params.version,
        rowVersion: ifMatch,
        notes: body.notes,
      };
      try {
        const published = await configurations.publish(input, command);
        return {
          ...published,
          position: String(published.position),
          unchangedMeaning: published.equalsVersion !== null,
          findings: toFindings(published.findings),
        };
      } catch (error) {
        throw await forTheLoser(error, configurations, params);
      }
    },

    async archiveVersion({ params, command }) {
      const input = { configurationId: params.id, version: params.version };
      const { position } = await configurations.archive(input, command);
      return { position: String(position) };
    },

    async unarchiveVersion({ params, command }) {
      const input = { configurationId: params.id, version: params.version };
      const { position } = await configurations.unarchive(input, command);
      return { position: String(position) };
    },

    async setTag({ params, body, command }) {
      const input = { configurationId: params.id, tag: params.tag, version: body.version };
      const { position } = await configurations.setTag(input, command);
      return { position: String(position) };
    },

    async removeTag({ params, command }) {
      const input = { configurationId: params.id, tag: params.tag };
      const { position } = await configurations.removeTag(input, command);
      return { position: String(position) };
    },

    async assign({ body, command }) {
      const { configurationId } = body;
      const version = await configurations.versionNumber(configurationId, toVersionOrTag(body.version));
      const { position } = await assignments.assign(
        { configurationId, version, target: toTarget(body.target) },
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

interface Lost {
  readonly id: string;
  readonly version: number;
  readonly yourBody?: string;
}

const conflicts = new Set(['configuration/stale-row-version', 'configuration/not-a-draft']);

/** The loser of a conflict gets what there is now, from the log, to merge with and save again. */
async function forTheLoser(
  error: unknown,
  configurations: ConfigurationCommands,
  { id, version, yourBody }: Lost,
): Promise<unknown> {
  if (!isRejection(error) || !conflicts.has(error.code)) return error;
  const current = await configurations.currentDraft(id, version);
  return new Rejection(error.code, error.message, {
    ...error.details,
    ...(yourBody === undefined ? {} : { yourBody }),
    ...(current === undefined ? {} : { current: { ...current }, currentBody: current.body }),
  });
}
