/**
 * Reads an unquoted scalar as the Collector's YAML library does, which is neither YAML 1.1 nor 1.2: `yes` and `on` are
 * text, `1_048_576` and `0b1` are numbers, `017` is octal, `1e3` is a float, a timestamp stays text here.
 * An integer that a JavaScript number cannot hold exactly stays its decimal text; infinities and NaN stay text.
 */
export function readPlainScalar(source: string): string | number | boolean | null {
  switch (source) {
    case '':
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return null;
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
  }
  return /^[-+.]?\d/.test(source) || /^[-+]\.\d/.test(source) ? readNumber(source) : source;
}

function readNumber(source: string): string | number {
  const digits = source.replaceAll('_', '');
  const integer = readInteger(digits);
  if (integer !== undefined) {
    const asNumber = Number(integer);
    return Number.isSafeInteger(asNumber) ? asNumber : integer.toString();
  }
  if (!/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(digits)) return source;
  const asNumber = Number(digits);
  return Number.isFinite(asNumber) ? asNumber : source;
}

// A longer run of digits is no integer that any setting of a Collector can hold, and BigInt of it would be slow.
const maxIntegerLength = 66;

function readInteger(digits: string): bigint | undefined {
  if (digits.length > maxIntegerLength) return undefined;
  const match = /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/.exec(digits);
  const body = match?.[2];
  if (match === null || body === undefined) return undefined;
  const octal = /^0[oO]?([0-7]+)$/.exec(body);
  const size = BigInt(octal ? `0o${octal[1]}` : body);
  return match[1] === '-' ? -size : size;
}
