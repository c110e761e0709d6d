import { configurationName } from '@ampora/api-contract';
import type { ConfigurationCheck, ConfigurationCommands, ContentReader } from '@ampora/application';
import { nameInText, parseConfig, tidyReported } from '@ampora/collector-config';
import type { AgentPage, Queries } from '@ampora/projections/queries';
import { ApiError, notFound } from '../problem/api-error.ts';
import { momentOf } from '../reading/moment-of.ts';
import type { Handlers } from '../routing/handlers.ts';
import { toFindings } from './check-text.ts';
import { requireText } from './require-text.ts';

export interface ImportHandlersOptions {
  readonly queries: Queries;
  readonly content: ContentReader;
  readonly configurations: ConfigurationCommands;
  /** Largest text that agents can be sent, in bytes. */
  readonly maxBodyBytes: number;
  /** What publishing would say. */
  readonly check: (text: string) => Promise<ConfigurationCheck>;
}

/** Makes configurations of what agents run. */
export function importHandlers({
  queries,
  content,
  configurations,
  maxBodyBytes,
  check,
}: ImportHandlersOptions): Pick<Handlers, 'importConfiguration'> {
  return {
    async importConfiguration({ body, command }) {
      const agent = await queries.getAgent(body.agentId, await momentOf(queries, {}));
      if (!agent)
        throw notFound('agent/not-found', `There is no agent ${body.agentId}.`, { agentId: body.agentId });
      const reported = requireText(await reportedText(agent, body.file, content), maxBodyBytes);
      const { text, removed } = body.tidy ? tidied(reported) : { text: reported, removed: [] };
      const name = body.name ?? configurationName.safeParse(nameInText(text) ?? agent.displayName).data;
      if (name === undefined)
        throw new ApiError(422, 'configuration/name-missing', 'Give the new configuration a name.');
      const { description } = body;
      const { position, configurationId } = await configurations.create(
        { name, description, body: text },
        { ...command, source: 'import' },
      );
      const { findings } = await check(text);
      return {
        position: String(position),
        id: configurationId,
        name,
        version: 1,
        removed,
        findings: toFindings(findings),
      };
    },
  };
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

async function reportedText(
  { id, effectiveFiles }: AgentPage,
  file: string | undefined,
  content: ContentReader,
): Promise<string> {
  const names = effectiveFiles.map(({ name }) => name);
  const chosen = effectiveFiles.find(({ name }) => file === undefined || name === file);
  if (effectiveFiles.length > 1 && file === undefined) {
    throw new ApiError(
      409,
      'configuration/choose-a-file',
      `This agent reports ${names.length} files. Say which one with “file”: ${names.join(', ')}.`,
      { details: { files: names } },
    );
  }
  const bytes = chosen && (await content.read(chosen.contentHash));
  if (!bytes || bytes.byteLength === 0) {
    throw new ApiError(
      409,
      'agent/no-effective-config',
      file === undefined || names.length === 0
        ? 'This agent has not said what it runs (it needs ReportsEffectiveConfig, and a report).'
        : `This agent reports no file “${file}”.`,
      { details: { agentId: id, files: names } },
    );
  }
  try {
    return strict.decode(bytes);
  } catch {
    throw new ApiError(409, 'agent/no-effective-config', 'What this agent reports is not UTF-8 text.', {
      details: { agentId: id, files: names },
    });
  }
}

function tidied(text: string): { text: string; removed: string[] } {
  const parsed = parseConfig(text);
  const answer = parsed.ok ? tidyReported(parsed.document) : undefined;
  if (answer?.ok === true) return { text: answer.text, removed: [...answer.removed] };
  throw new ApiError(
    409,
    'configuration/cannot-tidy',
    `What the supervisor added cannot be taken out: ${answer === undefined ? 'the text is no configuration.' : answer.reason} Import it with tidy: false and edit the draft.`,
    { details: { paths: [...(answer?.paths ?? [])] } },
  );
}
