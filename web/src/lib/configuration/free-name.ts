import type { Client } from '@ampora/api-contract';

/** A sentence when a configuration is already called that; null when the name is free. */
export async function nameTrouble(api: Client, name: string, signal: AbortSignal): Promise<string | null> {
  const wanted = name.trim();
  if (wanted === '') return null;
  const { items } = await api('listConfigurations', { query: { search: wanted, limit: 100 }, signal });
  const same = items.find((item) => item.name.toLowerCase() === wanted.toLowerCase());
  return same === undefined ? null : `There is a configuration called ${same.name} already.`;
}
