const maxLength = 10_000;

/**
 * Why Go would not take a regular expression, undefined when nothing is seen. Nothing is matched with it: a pattern is
 * read once, its cost does not depend on what it means.
 */
export function findPatternFault(pattern: string): string | undefined {
  if (pattern.length > maxLength) return undefined;
  if (/(^|[^\\])(\\\\)*\(\?(=|!|<=|<!)/.test(pattern))
    return 'Looking ahead or behind, (?=…) and the like, does not exist in the regular expressions of a Collector.';
  if (/(^|[^\\])(\\\\)*\\[1-9]/.test(pattern))
    return 'Repeating an earlier group, \\1 and the like, does not exist in the regular expressions of a Collector.';
  try {
    new RegExp(toJavaScript(pattern));
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*\/: /s, '') : '';
    return `This is no regular expression: ${reason.slice(0, 120)}.`;
  }
}

/** What Go writes otherwise, for the sake of reading only. */
function toJavaScript(pattern: string): string {
  return pattern
    .replace(/\\Q(.*?)(\\E|$)/gs, '')
    .replace(/\(\?P</g, '(?<')
    .replace(/\(\?[imsU-]+\)/g, '')
    .replace(/\(\?[imsU-]+:/g, '(?:')
    .replace(/\[:\^?\w+:\]/g, 'a-z')
    .replace(/\\[AzC]/g, '');
}
