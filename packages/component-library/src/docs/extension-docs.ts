import type { ComponentDoc } from './component-doc.ts';

export const extensionDocs: Readonly<Record<string, ComponentDoc>> = {
  health_check: {
    doc: 'Answers over HTTP whether the Collector is up.',
    fields: {
      path: 'Path of the question.',
      'response_body.healthy': 'What is answered while it is up.',
      'response_body.unhealthy': 'What is answered while it is not.',
    },
  },
  pprof: {
    doc: "Serves Go's profiles of the Collector itself.",
    fields: {
      block_profile_fraction: 'Part of blocking events that is recorded; 0 records none.',
      mutex_profile_fraction: 'Part of mutex contention that is recorded; 0 records none.',
      save_to_file: 'Also write a processor profile to this file until the Collector ends.',
    },
  },
  zpages: { doc: 'Serves pages about the pipelines and spans of the Collector itself.', fields: {} },
  file_storage: {
    doc: 'Keeps the state of other components in files.',
    fields: {
      directory: 'Where the files are.',
      create_directory: 'Make the directory if it is missing.',
      fsync: 'Have every change on the disk before going on.',
      compaction: 'How the files are made smaller again.',
      'compaction.on_start': 'Make them smaller at the start.',
      'compaction.directory': 'Where that is done.',
    },
  },
  bearertokenauth: {
    doc: 'Sends, or asks for, a bearer token.',
    fields: {
      scheme: 'Word before the token.',
      token: 'The token.',
      tokens: 'Tokens that are accepted.',
      filename: 'File with the token; read again when it changes.',
      header: 'Header that carries it.',
    },
  },
  opamp: {
    doc: 'Reports the Collector to an OpAMP server such as this one.',
    fields: {
      server: 'The OpAMP server: ws or http.',
      'server.ws': 'Over a WebSocket, which stays open.',
      'server.ws.endpoint': 'URL of the server, ws:// or wss://.',
      'server.http': 'Over HTTP, by asking again and again.',
      'server.http.endpoint': 'URL of the server, http:// or https://.',
      'server.http.polling_interval': 'How often it is asked.',
      instance_uid: 'Id of this Collector, a UUID. Without one each start makes another agent.',
      'capabilities.reports_effective_config': 'Tell what configuration is running.',
      'capabilities.reports_health': 'Tell how the components are.',
      'capabilities.reports_available_components': 'Tell which components the build has.',
      'agent_description.non_identifying_attributes': 'What else is told of this Collector.',
      'agent_description.include_resource_attributes': "Tell the Collector's resource attributes as well.",
      ppid: 'The Collector ends when this process does.',
    },
  },
};
