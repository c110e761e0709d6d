import { z } from 'zod';
import type { Operation } from './operation.ts';
import { positionText } from './shared.ts';

const list = z
  .preprocess((value) => (typeof value === 'string' ? value.split(',') : value), z.array(z.string().max(300)))
  .optional();

const moment = z
  .union([positionText, z.iso.datetime({ offset: true })], {
    error: 'Expected an RFC 3339 time, such as 2026-01-31T12:00:00Z, or a log position.',
  })
  .optional();

const leaves = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).optional();

/** Entity types as the audit log names them; case does not matter. */
export const exportEntityTypes = [
  'Agent',
  'Assignment',
  'AuditLog',
  'Configuration',
  'Content',
  'Person',
  'Tenant',
] as const;

export const exportQuery = z.object({
  format: z.enum(['jsonl', 'csv', 'parquet', 'proofs']).default('jsonl').meta({
    description:
      'jsonl: CloudEvents 1.0, with proofs between the events. proofs: the same without the events, to stand beside a csv or parquet file',
  }),
  proofs: z.enum(['true', 'false']).default('true').meta({ description: 'false: JSONL of events alone' }),
  type: list,
  stream: z.string().max(300).optional().meta({ description: 'Exactly this stream' }),
  agentId: z.uuid().optional().meta({ description: 'The events of an agent, and what was assigned to it' }),
  entityType: z
    .preprocess(
      (value) =>
        exportEntityTypes.find((type) => type.toLowerCase() === String(value).toLowerCase()) ?? value,
      z.enum(exportEntityTypes),
    )
    .optional(),
  entityId: z.string().max(300).optional().meta({ description: 'With entityType' }),
  actor: list,
  since: moment.meta({ description: 'Inclusive: an RFC 3339 time or a log position' }),
  until: moment.meta({ description: 'Inclusive: an RFC 3339 time or a log position' }),
  treeSize: leaves.meta({
    description:
      'End at the root of this size, as `X-Ampora-Tree-Size` named it. Absent: all there is, sealed now',
  }),
  from: leaves.meta({
    description:
      'Go on where an export was cut: the leaf that its last whole chunk, or its last CSV row, ended before. Needs `treeSize`',
  }),
  head: z.string().max(12_000).optional().meta({
    description: 'To go on with JSONL or proofs: base64url of the first two lines of the file that was cut',
  }),
  gz: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'true: a .gz file, whatever is accepted' }),
});
export type ExportQuery = z.output<typeof exportQuery>;

/** Answers with a stream of bytes instead of a JSON document. */
export const exportOperation = {
  method: 'get',
  path: '/api/audit/export',
  role: 'Viewer',
  tag: 'Audit',
  summary:
    'Events as a file: JSONL with proofs, CSV or Parquet. A cut connection means that the file is not whole',
  query: exportQuery,
  response: z.string(),
  problems: [
    'export/no-such-root',
    'export/cannot-go-on',
    'export/nothing-sealed',
    'export/too-many',
    'proof/history-altered',
    'proof/signing-key-missing',
  ],
} as const satisfies Operation;
