import type { ConfigValue } from './config-value.ts';
import { readDuration, readInteger, readSize } from './read-quantity.ts';

// Settings whose values are names from a fixed list, which the Collector writes in its own case (detailed -> Detailed).
const namesOfFixedLists = new Set(['verbosity', 'level', 'sampling_mode', 'compression', 'temporality']);

/**
 * True when a Collector that was given `assigned` may well write `effective`: `1s` and `1000ms`, `1MiB` and 1048576,
 * `"8888"` and 8888, `"true"` and true, `$$x` and `$x`, `detailed` and `Detailed` (for settings known as names only).
 */
export function isSameScalar(
  assigned: ConfigValue,
  effective: ConfigValue,
  key: string | number | undefined,
): boolean {
  if (assigned === effective) return true;
  if (typeof assigned === 'boolean' || typeof effective === 'boolean')
    return isText(assigned, effective) && String(assigned).toLowerCase() === String(effective).toLowerCase();
  if (typeof assigned === 'string' && typeof effective === 'string') {
    if (assigned.replaceAll('$$', '$') === effective) return true;
    if (namesOfFixedLists.has(String(key)) && assigned.toLowerCase() === effective.toLowerCase()) return true;
  }
  if (!isNumeric(assigned) || !isNumeric(effective)) return false;
  return (
    isSameNumber(assigned, effective) ||
    isSameQuantity(assigned, effective, readDuration) ||
    isSameQuantity(assigned, effective, readSize)
  );
}

function isText(assigned: ConfigValue, effective: ConfigValue): boolean {
  const shape = /^(true|True|TRUE|false|False|FALSE)$/;
  return [assigned, effective].every(
    (one) => typeof one === 'boolean' || (typeof one === 'string' && shape.test(one)),
  );
}

// Only a value with a digit in it can be a number, a duration or a size.
function isNumeric(value: ConfigValue): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && value.length <= 64 && /\d/.test(value));
}

function isSameNumber(assigned: string | number, effective: string | number): boolean {
  const left = readInteger(assigned);
  const right = readInteger(effective);
  if (left !== undefined && right !== undefined) return left === right;
  const decimal = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;
  const isDecimal = [assigned, effective].every((one) => typeof one === 'number' || decimal.test(one));
  return isDecimal && Number(assigned) === Number(effective);
}

function isSameQuantity(
  assigned: string | number,
  effective: string | number,
  read: (text: string) => bigint | undefined,
): boolean {
  const withUnit = [assigned, effective].map((one) => (typeof one === 'string' ? read(one) : undefined));
  if (withUnit.every((one) => one === undefined)) return false;
  const left = withUnit[0] ?? readInteger(assigned);
  return left !== undefined && left === (withUnit[1] ?? readInteger(effective));
}
