import { type OutputFormat, printDocument } from '../../output/output-format.ts';

/** Says what was done: a sentence for people on stderr, the document for programs. */
export function say(
  format: OutputFormat,
  document: { readonly name: string; readonly [key: string]: unknown },
  sentence: string,
): void {
  if (format === 'table') console.error(sentence);
  else if (format === 'name') console.log(document.name);
  else printDocument(document, format);
}
