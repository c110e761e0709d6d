/** The page about what a stream belongs to; null for streams that have none. */
export function subjectOf(streamId: string): { readonly path: string; readonly word: string } | null {
  const uuid = /^(agent|assignment|configuration)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
    streamId,
  );
  const id = uuid?.[2];
  if (uuid === null || id === undefined) return null;
  return uuid[1] === 'configuration'
    ? { path: `/configurations/${id}`, word: 'Open the configuration' }
    : { path: `/agents/${id}`, word: 'Open the agent' };
}
