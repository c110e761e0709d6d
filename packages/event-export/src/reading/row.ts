/** A row of a file with columns. */
export interface Row {
  /** From 1. */
  readonly number: number;
  /** The event's line, from which the other columns follow. */
  readonly line: string;
  /** Of the other columns, as text; empty where there is nothing. */
  readonly cells: ReadonlyMap<string, string>;
}

/** Where each column stands in the event's line. */
const attributeOf: Readonly<Record<string, string>> = {
  sequence: 'sequence',
  position: 'position',
  time: 'time',
  type: 'type',
  stream: 'subject',
  revision: 'revision',
  event_id: 'id',
  schema_version: 'schemaversion',
  tenant: 'tenant',
  actor: 'actor',
  actor_role: 'actorrole',
  source_ip: 'sourceip',
  correlation_id: 'correlationid',
  causation_id: 'causationid',
  traceparent: 'traceparent',
};

/** The first column that says something else than the event's line; a proof covers the line alone. */
export function strayColumn({ line, cells }: Row): string | undefined {
  let event: Record<string, unknown>;
  try {
    event = JSON.parse(line) as Record<string, unknown>;
  } catch {
    // The line itself will be found to be altered.
    return undefined;
  }
  for (const [name, cell] of cells) {
    if (name === 'data') {
      if (!line.endsWith(`"data":${cell}}`)) return name;
      continue;
    }
    const attribute = attributeOf[name];
    const value = attribute === undefined ? undefined : event[attribute];
    const expected = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    if (attribute === undefined || (cell !== expected && cell !== `'${expected}`)) return name;
  }
  return undefined;
}
