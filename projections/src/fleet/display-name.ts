import type { Attribute } from '@ampora/catalogue';
import { clip } from './agent-edit.ts';

export function attributeText(attributes: readonly Attribute[], key: string): string {
  const value = attributes.find((one) => one.key === key)?.value;
  if (value === undefined || value === null) return '';
  return clip(typeof value === 'string' ? value : JSON.stringify(value));
}

/** What an operator calls the agent: a name given to it, else its host, else what it is and the start of its uid. */
export function displayNameOf(
  identifying: readonly Attribute[],
  nonIdentifying: readonly Attribute[],
  instanceUid: string,
): string {
  const named = ['service.instance.name', 'host.name', 'k8s.pod.name']
    .map((key) => attributeText(nonIdentifying, key) || attributeText(identifying, key))
    .find((name) => name !== '');
  if (named) return named;
  const type = attributeText(identifying, 'service.name');
  return `${type || 'agent'}-${instanceUid.slice(0, 8)}`;
}

/** What a description says an agent is: the columns of the fleet's list. */
export function describedAs(
  identifying: readonly Attribute[],
  nonIdentifying: readonly Attribute[],
  instanceUid: string,
) {
  const text = (key: string) => attributeText(nonIdentifying, key) || attributeText(identifying, key);
  return {
    display_name: displayNameOf(identifying, nonIdentifying, instanceUid),
    agent_type: attributeText(identifying, 'service.name') || text('service.name'),
    agent_version: attributeText(identifying, 'service.version') || text('service.version'),
    host_name: text('host.name'),
    os_type: text('os.type'),
  };
}
