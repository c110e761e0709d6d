import { EmptyRecord } from '../messages/empty.ts';
import { toPlainText } from './plain-text.ts';

/** Maps the values of a record; keys become plain text. The result inherits nothing, so no key is special. */
export function toPlainRecord<Value, Plain>(
  record: Readonly<Record<string, Value>>,
  toPlain: (value: Value) => Plain,
): Record<string, Plain> {
  const plain: Record<string, Plain> = new EmptyRecord();
  for (const key of Object.keys(record)) plain[toPlainText(key)] = toPlain(record[key] as Value);
  return plain;
}
