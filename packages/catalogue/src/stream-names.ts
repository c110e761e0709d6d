/** Every stream name is made here, so that prefixes can be relied on when filtering. */
export const streamPrefix = {
  agent: 'agent-',
  assignment: 'assignment-',
  fleetAssignment: 'fleet-assignment-',
  configuration: 'configuration-',
  configurationName: 'configuration-name-',
  group: 'group-',
  groupName: 'group-name-',
  content: 'content-',
  tenant: 'tenant-',
  auditRetention: 'audit-retention-',
  auditAccess: 'audit-access-',
  auditSeal: 'audit-seal-',
  auditKeys: 'audit-keys-',
  logScavenging: 'log-scavenging-',
  person: 'person-',
  bulk: 'bulk-',
  lintRules: 'lint-rules-',
} as const;

export const streamOf = {
  agent: (agentId: string) => `${streamPrefix.agent}${agentId}`,
  assignment: (agentId: string) => `${streamPrefix.assignment}${agentId}`,
  fleetAssignment: (tenant: string) => `${streamPrefix.fleetAssignment}${tenant}`,
  configuration: (configurationId: string) => `${streamPrefix.configuration}${configurationId}`,
  /** `nameHash` is the hex SHA-256 of tenant and name. */
  configurationName: (nameHash: string) => `${streamPrefix.configurationName}${nameHash}`,
  group: (groupId: string) => `${streamPrefix.group}${groupId}`,
  /** `nameHash` is the hex SHA-256 of tenant and name in lower case. */
  groupName: (nameHash: string) => `${streamPrefix.groupName}${nameHash}`,
  content: (contentHash: string) => `${streamPrefix.content}${contentHash}`,
  tenant: (tenant: string) => `${streamPrefix.tenant}${tenant}`,
  auditRetention: (tenant: string) => `${streamPrefix.auditRetention}${tenant}`,
  auditAccess: (tenant: string) => `${streamPrefix.auditAccess}${tenant}`,
  auditSeal: (tenant: string) => `${streamPrefix.auditSeal}${tenant}`,
  auditKeys: (tenant: string) => `${streamPrefix.auditKeys}${tenant}`,
  logScavenging: (tenant: string) => `${streamPrefix.logScavenging}${tenant}`,
  /** One for each thing done to many agents, by the command that did it. */
  bulk: (commandId: string) => `${streamPrefix.bulk}${commandId}`,
  lintRules: (tenant: string) => `${streamPrefix.lintRules}${tenant}`,
  person: (personId: string) => `${streamPrefix.person}${personId}`,
} as const;
