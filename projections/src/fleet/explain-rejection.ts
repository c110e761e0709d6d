import { explainFailure, type Finding } from '@ampora/collector-config';
import type { ContentReader } from '../engine/content-reader.ts';

const shownFindings = 20;
const rememberedAnswers = 1_000;

/**
 * Our own findings on a configuration that an agent refused; agents often give no reason. Remembered, since a bad
 * configuration is refused by many agents in the same words.
 */
export function createRejectionExplainer(
  contents: ContentReader,
): (contentHash: string, statusText: string) => Promise<readonly Finding[]> {
  const remembered = new Map<string, readonly Finding[]>();
  return async (contentHash, statusText) => {
    const key = `${contentHash}:${statusText}`;
    const known = remembered.get(key);
    if (known) return known;
    const assignedText = await contents.read(contentHash);
    if (assignedText === null) return [];
    const findings = explainFailure({ statusText, assignedText }).slice(0, shownFindings);
    remembered.set(key, findings);
    if (remembered.size > rememberedAnswers) {
      const [oldest] = remembered.keys();
      if (oldest !== undefined) remembered.delete(oldest);
    }
    return findings;
  };
}
