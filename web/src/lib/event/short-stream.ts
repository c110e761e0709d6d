/** The name of a stream, short enough for a line: ids and hashes keep their first eight digits. */
export function shortStream(streamId: string): string {
  return streamId.replace(
    /([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|([0-9a-f]{8})[0-9a-f]{24,}/g,
    '$1$2…',
  );
}
