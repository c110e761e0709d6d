import type { ConfigurationSource } from '@ampora/catalogue';
import type { ConfigurationState, LiveVersion } from '@ampora/domain';
import type { Position, RecordedEvent } from '@ampora/kernel';
import type { ConfigurationCheck } from './configuration-check.ts';

/** What a text shall become. */
export interface Applying {
  readonly name: string;
  readonly text: string;
  readonly publish: boolean;
  /** For publishing. */
  readonly notes: string;
  /** Say what would happen, and do nothing. */
  readonly dryRun: boolean;
}

export interface Applied {
  /** The last of what was done: `published` includes saving; `created` may include publishing, see `status`. */
  readonly action: 'created' | 'drafted' | 'published' | 'unchanged';
  /** Null in a dry run that would create it. */
  readonly id: string | null;
  readonly name: string;
  readonly version: number;
  readonly status: 'Draft' | 'Published';
  /** Null in a dry run of something that is not there. */
  readonly position: Position | null;
  readonly contentHash: string;
  readonly semanticHash: string | null;
  readonly equalsVersion: number | null;
  readonly findings: ConfigurationCheck['findings'];
}

export interface ApplyPlan {
  readonly action: Applied['action'];
  readonly version: number;
  /** How the text gets in; absent: it is there. */
  readonly save?: 'create' | 'draft' | 'edit';
  readonly publish: boolean;
  /** Nothing is to be done, and the version is published. */
  readonly isPublished: boolean;
  readonly rowVersion: number;
  readonly basedOnVersion: number | null;
}

/**
 * Compares with the newest version. A draft that a file was applied to before is saved; what somebody wrote by hand is
 * left alone, and a draft of its own is begun.
 */
export function planApply(
  state: ConfigurationState | undefined,
  contentHash: string,
  publish: boolean,
  source: ConfigurationSource | undefined,
): ApplyPlan {
  const none = { rowVersion: 1, basedOnVersion: null, publish, isPublished: false };
  if (state?.status !== 'created') return { ...none, action: 'created', version: 1, save: 'create' };
  const newest = newestOf(state.versions);
  const saved = publish ? 'published' : 'drafted';
  const next = state.lastVersion + 1;
  if (newest === undefined) return { ...none, action: saved, version: next, save: 'draft' };
  const [version, found] = newest;
  const based = { ...none, basedOnVersion: version };
  if (found.contentHash === contentHash && found.status === 'published')
    return { ...based, action: 'unchanged', version, publish: false, isPublished: true };
  if (found.status !== 'draft') return { ...based, action: saved, version: next, save: 'draft' };
  const draft = { ...none, rowVersion: found.rowVersion, version };
  if (found.contentHash === contentHash) return { ...draft, action: publish ? 'published' : 'unchanged' };
  const isOurs = source !== undefined && source !== 'ui' && found.source === source;
  if (isOurs) return { ...draft, action: saved, save: 'edit' };
  return { ...based, action: saved, version: next, save: 'draft' };
}

/** What was done, also when an earlier attempt of the same command did some of it. */
export function actionOf(
  plan: ApplyPlan,
  stored: readonly RecordedEvent[],
  steps: readonly string[],
): Applied['action'] {
  const own = stored.filter(({ metadata: { causationId = '' } }) => steps.includes(causationId));
  const types = new Set(own.map(({ type }) => type));
  if (types.has('ConfigurationCreated')) return 'created';
  if (plan.action !== 'unchanged' || own.length === 0) return plan.action;
  return types.has('ConfigurationVersionPublished') ? 'published' : 'drafted';
}

function newestOf(
  versions: Extract<ConfigurationState, { status: 'created' }>['versions'],
): readonly [number, LiveVersion] | undefined {
  let newest: readonly [number, LiveVersion] | undefined;
  for (const [number, version] of versions)
    if ('contentHash' in version && (newest === undefined || number > newest[0])) newest = [number, version];
  return newest;
}
