import { tableNameOf } from '../engine/projection.ts';

export const auditVersion = 2;
export const auditTable = tableNameOf('audit_event', auditVersion);
export const auditArchiveTable = tableNameOf('audit_event_archive', auditVersion);
export const auditEntityTable = tableNameOf('audit_entity', auditVersion);
export const auditRetentionTable = tableNameOf('audit_retention', auditVersion);
