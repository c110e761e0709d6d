/** `@golden` as the tag that it names; a number as it is. */
export function toVersionOrTag(given: number | string): number | string {
  return typeof given === 'string' ? given.slice(1) : given;
}

export function versionText(given: number | string): string {
  return typeof given === 'string' ? `tag ${given.slice(1)}` : `version ${given}`;
}
