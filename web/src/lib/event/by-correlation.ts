/** What one decision set off, among the events at hand. */
export interface Correlated<Event> {
  readonly correlationId: string;
  /** In the order in which they came. */
  readonly events: readonly Event[];
}

/** Events that share a correlation, together where the first of them stands. */
export function byCorrelation<Event extends { readonly correlationId: string }>(
  events: readonly Event[],
): Correlated<Event>[] {
  const groups = new Map<string, Event[]>();
  for (const event of events) {
    const group = groups.get(event.correlationId);
    if (group === undefined) groups.set(event.correlationId, [event]);
    else group.push(event);
  }
  return [...groups].map(([correlationId, members]) => ({ correlationId, events: members }));
}
