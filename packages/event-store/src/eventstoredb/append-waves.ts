import type { StreamAppend } from '@ampora/application/ports';
import { streamPrefix } from '@ampora/catalogue';

/**
 * Cuts a batch into waves that are stored one after another; the appends of a wave are under way together. Bodies are
 * the one thing that others refer to: what is named after a content stream waits until the content is acknowledged.
 * Returns the places in the batch.
 */
export function appendWaves(
  batch: readonly Pick<StreamAppend, 'streamId'>[],
): readonly (readonly number[])[] {
  const waves: number[][] = [];
  let holdsContent = false;
  batch.forEach(({ streamId }, index) => {
    const isContent = streamId.startsWith(streamPrefix.content);
    const wave = waves.at(-1);
    if (!wave || (holdsContent && !isContent)) {
      waves.push([index]);
      holdsContent = isContent;
      return;
    }
    wave.push(index);
    holdsContent ||= isContent;
  });
  return waves;
}
