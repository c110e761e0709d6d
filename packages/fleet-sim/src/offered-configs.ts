import { Buffer } from 'node:buffer';
import type { AgentRemoteConfig } from '@ampora/opamp-protocol';
import type { CollectorBuild } from './build.ts';
import { edited, findFault, type OfferedConfig, readOffer, type RunningConfig } from './running-config.ts';

/** Configurations seen lately by the whole fleet; older ones live on in the agents that run them. */
const mostRemembered = 200;

/** Reads each offered configuration once for the whole fleet: ten thousand agents on one config hold one body. */
export class OfferedConfigs {
  readonly #byHash = new Map<string, OfferedConfig>();
  readonly #faults = new WeakMap<OfferedConfig, Map<CollectorBuild, string | undefined>>();
  readonly #edited = new WeakMap<RunningConfig, RunningConfig>();

  read(offer: AgentRemoteConfig): OfferedConfig {
    const hash = Buffer.from(offer.configHash).toString('hex');
    const known = this.#byHash.get(hash);
    if (known !== undefined) return known;
    const files = new Map(
      Object.entries(offer.config?.configMap ?? {}).map(([name, file]) => [name, file.body]),
    );
    const config = readOffer(Uint8Array.from(offer.configHash), files);
    this.#byHash.set(hash, config);
    if (this.#byHash.size > mostRemembered) this.#byHash.delete(this.#byHash.keys().next().value as string);
    return config;
  }

  /** Why a build would not run it; undefined when it would. */
  faultFor(config: OfferedConfig, build: CollectorBuild): string | undefined {
    if (config.running === undefined) return config.parserFault;
    let faults = this.#faults.get(config);
    if (faults === undefined) this.#faults.set(config, (faults = new Map()));
    if (!faults.has(build)) faults.set(build, findFault(config.running, build));
    return faults.get(build);
  }

  edited(config: RunningConfig): RunningConfig {
    let changed = this.#edited.get(config);
    if (changed === undefined) {
      changed = edited(config);
      this.#edited.set(config, changed);
    }
    return changed;
  }
}
