/** The types of events that are changes by people. */
export const changeTypes = [
  'ConfigurationCreated',
  'ConfigurationDraftCreated',
  'ConfigurationDraftEdited',
  'ConfigurationDraftDiscarded',
  'ConfigurationVersionPublished',
  'ConfigurationVersionArchived',
  'AgentConfigurationAssigned',
  'AgentConfigurationUnassigned',
  'FleetConfigurationAssigned',
  'FleetConfigurationUnassigned',
] as const;
