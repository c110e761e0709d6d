/** Keys and list indexes from the root of a configuration to a value. */
export type ConfigPath = readonly (string | number)[];

const maxSegmentLength = 200;

/**
 * A path as people write it: `service.pipelines.traces.processors[0]`. A key with other characters than letters,
 * digits, `_`, `-` and `/` is quoted (`headers["x.y"]`), a key over 200 characters is cut. The root is the empty text.
 */
export function toPathText(path: ConfigPath): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') {
      text += `[${segment}]`;
      continue;
    }
    const key = segment.length > maxSegmentLength ? `${segment.slice(0, maxSegmentLength)}…` : segment;
    if (/^[\w/-]+$/.test(key)) text += text === '' ? key : `.${key}`;
    else text += `[${JSON.stringify(key)}]`;
  }
  return text;
}
