import type { AgentCommand } from '@ampora/domain';
import { canonicalJson } from '@ampora/domain';
import { type PackageStatuses, packageStatusesToPlain } from '@ampora/opamp-protocol';
import { boundedText, ERROR_LIMIT, STATUS_LIMIT } from './bounded-text.ts';
import { digestOf } from './digest.ts';
import { boundedHash } from './remote-config-status.ts';

/** Progress of a download is not kept: it is no change in meaning. */
export function readPackageStatuses(statuses: PackageStatuses): AgentCommand {
  const plain = packageStatusesToPlain(statuses);
  const packages = Object.entries(plain.packages).map(([name, status]) => ({
    name,
    agentHasVersion: boundedText(status.agentHasVersion, STATUS_LIMIT),
    agentHasHash: boundedHash(status.agentHasHash),
    serverOfferedVersion: boundedText(status.serverOfferedVersion, STATUS_LIMIT),
    serverOfferedHash: boundedHash(status.serverOfferedHash),
    status: statuses.packages[name]?.status ?? 0,
    errorMessage: boundedText(status.errorMessage, ERROR_LIMIT),
  }));
  packages.sort((left, right) => (left.name < right.name ? -1 : 1));
  const content = {
    allPackagesHash: boundedHash(plain.serverProvidedAllPackagesHash),
    errorMessage: boundedText(plain.errorMessage, ERROR_LIMIT),
    packages,
  };
  return {
    type: 'record-package-statuses',
    statuses: { digest: digestOf(canonicalJson(content)), ...content },
  };
}
