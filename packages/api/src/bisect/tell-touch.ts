import type { ToldEvent, TouchCount } from '@ampora/projections/queries';

interface Told {
  readonly summary: string;
  readonly detail: string;
}

/** What a touch was, in words: as the history tells it, made exact by what it changed. */
export function tellTouch({ key, before, after }: TouchCount, event: ToldEvent | undefined): Told {
  const detail = event?.detail ?? '';
  const title = event?.title ?? '';
  const kind = key.slice(0, key.indexOf(':'));
  switch (kind) {
    case 'config':
      return { summary: tellConfig(key, title, event), detail };
    case 'software':
      return { summary: `Software changed: ${before || 'unknown'} → ${after || 'unknown'}`, detail };
    case 'runs':
      return { summary: 'The configuration that it runs changed', detail };
    case 'uid':
      return { summary: 'Given another instance uid', detail: detail || `${before} → ${after}` };
    case 'connected':
      return { summary: 'Connected again', detail };
    case 'disconnected':
      return { summary: 'Lost its connection', detail };
    case 'server':
      return { summary: `Connected to another server: ${key.slice('server:'.length)}`, detail };
    default:
      return { summary: title || key, detail };
  }
}

function tellConfig(key: string, title: string, event: ToldEvent | undefined): string {
  if (key === 'config:none') return title || 'No configuration is assigned any more';
  const { configuration } = event ?? {};
  if (!configuration) return title || 'Another configuration is assigned';
  const what = `${configuration.name}@${configuration.version}`;
  switch (event?.type) {
    case 'FleetConfigurationAssigned':
      return `${what} assigned to all agents`;
    case 'AgentConfigurationAssigned':
      return `${what} assigned`;
    case 'AgentRemoteConfigOffered':
      return `${what} offered`;
    default:
      return `${what}: ${title}`;
  }
}
