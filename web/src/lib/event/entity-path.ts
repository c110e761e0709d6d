const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The page about an entity of the audit log; null for kinds that have none. */
export function entityPath(entityType: string, entityId: string): string | null {
  if (!uuid.test(entityId)) return null;
  switch (entityType) {
    case 'Agent':
    case 'Assignment':
      return `/agents/${entityId}`;
    case 'Group':
      return `/groups/${entityId}`;
    case 'Configuration':
      return `/configurations/${entityId}`;
    default:
      return null;
  }
}
