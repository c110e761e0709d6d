import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { type OutputFormat, printDocument } from '../../output/output-format.ts';
import { resolveGroup } from '../../output/resolve.ts';
import { untilVisible } from '../configs/named-version.ts';

interface CreateOptions {
  readonly description?: string;
  readonly selector?: string;
  readonly priority?: number;
  readonly autoApply: boolean;
  readonly output: OutputFormat;
}

export async function create({ call, options }: ApiCall<CreateOptions>, name: string): Promise<void> {
  const { description, selector, priority, autoApply, output } = options;
  const created = await call('createGroup', {
    body: {
      name,
      description,
      mode: selector === undefined ? 'static' : 'dynamic',
      selector: selector ?? null,
      priority,
      autoApply,
    },
  });
  await untilVisible(call, created.position);
  if (output === 'table') console.error(`Group ${name} created (${created.id}).`);
  else if (output === 'name') console.log(name);
  else printDocument(created, output);
}

interface EditOptions {
  readonly name?: string;
  readonly description?: string;
  readonly selector?: string;
  readonly static?: boolean;
  readonly priority?: number;
  readonly autoApply?: string;
}

export async function edit({ call, options }: ApiCall<EditOptions>, given: string): Promise<void> {
  const { name, description, selector, priority, autoApply } = options;
  if (options.static === true && selector !== undefined)
    throw new CommandFailure('Give --static or --selector, not both.', exitCodes.usage);
  if (autoApply !== undefined && !['true', 'false'].includes(autoApply))
    throw new CommandFailure('--auto-apply is true or false.', exitCodes.usage);
  const { id, revision, ...group } = await resolveGroup(call, given);
  const aim =
    options.static === true
      ? ({ mode: 'static', selector: null } as const)
      : selector === undefined
        ? {}
        : ({ mode: 'dynamic', selector } as const);
  const { position } = await call('editGroup', {
    params: { id },
    body: {
      name,
      description,
      priority,
      ...(autoApply === undefined ? {} : { autoApply: autoApply === 'true' }),
      ...aim,
    },
    ifMatch: revision,
  });
  await untilVisible(call, position);
  console.error(`Group ${name ?? group.name} edited.`);
}

export async function remove({ call }: ApiCall<object>, given: string): Promise<void> {
  const { id, name, members, revision } = await resolveGroup(call, given);
  const { position } = await call('deleteGroup', { params: { id }, ifMatch: revision });
  await untilVisible(call, position);
  console.error(`Group ${name} deleted; ${members} agents are in no group now.`);
}

export async function restore(
  { call, options }: ApiCall<{ readonly name?: string; readonly withMembers?: boolean }>,
  given: string,
): Promise<void> {
  const { id } = await resolveGroup(call, given, { deleted: true });
  const { name } = options;
  const restored = await call('restoreGroup', {
    params: { id },
    body: name === undefined ? {} : { name },
  });
  await untilVisible(call, restored.position);
  const { count, free, elsewhere } = restored.formerMembers;
  if (options.withMembers === true && free.length > 0) {
    const { changed, position } = await call('addGroupMembers', {
      params: { id },
      body: { agentIds: free },
    });
    await untilVisible(call, position);
    console.error(`Group ${restored.name} restored with ${changed} of its ${count} members.`);
    return;
  }
  const rest = elsewhere === 0 ? '' : `, ${elsewhere} are in other groups now`;
  const back = count === 0 ? '' : ` It had ${count}${rest}; --with-members puts those back that are free.`;
  console.error(`Group ${restored.name} restored without members.${back}`);
}
