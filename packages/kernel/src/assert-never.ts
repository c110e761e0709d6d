/** Ends an exhaustive switch: a missing case does not compile; at run time it names the value. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
