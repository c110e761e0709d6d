import type { Client, ProjectionAction, ProjectionRow } from '@ampora/api-contract';

/** Asks the server for an action on one build of a read model. */
export async function askFor(
  api: Client,
  { name, version, slot }: ProjectionRow,
  action: ProjectionAction,
  choice: { hold: boolean; share: number } = { hold: true, share: 0.5 },
): Promise<void> {
  const target = { params: { name }, body: { version, slot } };
  switch (action) {
    case 'rebuild':
      await api('rebuildProjection', { params: { name }, body: { ...choice, version } });
      return;
    case 'pause':
      await api('pauseProjection', target);
      return;
    case 'resume':
      await api('resumeProjection', target);
      return;
    case 'cancel':
      await api('cancelProjection', target);
      return;
    case 'compare':
      await api('compareProjection', target);
      return;
    case 'switch':
      await api('switchProjection', target);
      return;
    case 'retire':
      await api('retireProjection', target);
      return;
    case 'retry':
      await api('retryProjection', target);
      return;
  }
}
