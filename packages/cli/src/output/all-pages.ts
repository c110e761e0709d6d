/** The rows of all pages, up to `most`; asks for the next page when it is needed. */
export async function* allPages<Row>(
  page: (cursor: string | undefined) => Promise<{ items: Row[]; next: string | null }>,
  most: number,
): AsyncGenerator<Row> {
  let left = most;
  let cursor: string | undefined;
  do {
    const { items, next } = await page(cursor);
    for (const item of items) {
      if (left-- <= 0) return;
      yield item;
    }
    cursor = next ?? undefined;
  } while (cursor !== undefined && left > 0);
}

/** Most rows that one request may ask for. */
export const pageSize = 500;

export async function collect<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}
