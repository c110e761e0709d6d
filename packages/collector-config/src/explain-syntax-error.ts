import type { ErrorCode } from 'yaml';

const plainWords: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'An alias (*name) cannot have an anchor or a tag of its own.',
  BAD_ALIAS: 'An alias needs a name of letters, digits and dashes: *name.',
  BAD_DIRECTIVE: 'This line starts with % and is not a YAML directive. Quote it if it is text.',
  BAD_DQ_ESCAPE:
    'This backslash sequence does not exist in double quotes. Write two backslashes, or use single quotes.',
  BAD_PROP_ORDER: 'An anchor or a tag is at the wrong place: it goes right before its value.',
  BAD_SCALAR_START: 'A value cannot start with this character. Put the value in quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'There is a second "key: value" on this line. Put a value that contains a colon and a space in quotes, or start a new line.',
  BLOCK_IN_FLOW: 'Inside [ ] or { } an indented list or mapping cannot be used.',
  KEY_OVER_1024_CHARS: 'A key may have at most 1024 characters.',
  MULTILINE_IMPLICIT_KEY: 'A key must be on one line. Is a quote or a bracket above not closed?',
  MULTIPLE_ANCHORS: 'A value can have one anchor only.',
  MULTIPLE_TAGS: 'A value can have one tag only.',
  TAB_AS_INDENT: 'A tab is used for indentation. YAML allows spaces only: replace the tab with spaces.',
};

/** The parser's error in plain words, with the remedy where one is known. */
export function explainSyntaxError(code: ErrorCode, message: string): string {
  const words = plainWords[code];
  if (words !== undefined) return words;
  if (/followed by map values/i.test(message))
    return 'This is not "key: value": a colon and a space are missing.';
  if (/^flow (sequence|map)/i.test(message))
    return 'A list or mapping in brackets is not closed, or its lines are not indented deeper than the line it starts on.';
  if (/all mapping items/i.test(message))
    return 'This key does not start in the same column as the other keys of its mapping. Check the indentation.';
  if (/all sequence items|sequence item without/i.test(message))
    return 'This list item does not start in the same column as the other items. Check the indentation.';
  if (code === 'BAD_INDENT') return 'The indentation does not fit what stands above.';
  return `This is not valid YAML here: ${message.slice(0, 200)}`;
}
