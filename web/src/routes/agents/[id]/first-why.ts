/** The position that explains a value: the first of its names that the API gives a reason for. */
export function firstWhy(
  why: Readonly<Record<string, string>>,
  fields: readonly string[],
): string | undefined {
  for (const field of fields) {
    const position = why[field];
    if (position !== undefined) return position;
  }
  return undefined;
}
