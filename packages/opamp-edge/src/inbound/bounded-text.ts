/** Free text from an agent, as long as history is willing to keep it. */
export function boundedText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit).toWellFormed()}… (${text.length - limit} more characters)`;
}

export const ERROR_LIMIT = 8_192;
export const STATUS_LIMIT = 512;
