/**
 * Text as it may be stored: U+0000 becomes U+FFFD, because databases refuse it in text and JSON and one agent must not stop a batch.
 * Nothing else changes; lone surrogates cannot occur, since the wire is UTF-8.
 */
export function toPlainText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}
