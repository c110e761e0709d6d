import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import protobuf from 'protobufjs';
import { messageClasses } from './codec.ts';
import { messageTypes, schema } from './schema.ts';

/** Every message: number, name and type of each field. Written from the specification, apart from the .proto files. */
const inventory: Record<string, string> = {
  AgentToServer: `1 instance_uid bytes; 2 sequence_num uint64; 3 agent_description AgentDescription; 4 capabilities uint64;
    5 health ComponentHealth; 6 effective_config EffectiveConfig; 7 remote_config_status RemoteConfigStatus;
    8 package_statuses PackageStatuses; 9 agent_disconnect AgentDisconnect; 10 flags uint64;
    11 connection_settings_request ConnectionSettingsRequest; 12 custom_capabilities CustomCapabilities; 13 custom_message CustomMessage;
    14 available_components AvailableComponents; 15 connection_settings_status ConnectionSettingsStatus`,
  AgentDisconnect: '',
  ConnectionSettingsRequest: '1 opamp OpAMPConnectionSettingsRequest',
  OpAMPConnectionSettingsRequest: '1 certificate_request CertificateRequest',
  CertificateRequest: '1 csr bytes',
  AvailableComponents: '1 components map<ComponentDetails>; 2 hash bytes',
  ComponentDetails: '1 metadata KeyValue[]; 2 sub_component_map map<ComponentDetails>',
  AgentDescription: '1 identifying_attributes KeyValue[]; 2 non_identifying_attributes KeyValue[]',
  ComponentHealth: `1 healthy bool; 2 start_time_unix_nano fixed64; 3 last_error string; 4 status string; 5 status_time_unix_nano fixed64;
    6 component_health_map map<ComponentHealth>; 7 attributes KeyValue[]`,
  EffectiveConfig: '1 config_map AgentConfigMap',
  RemoteConfigStatus:
    '1 last_remote_config_hash bytes; 2 status RemoteConfigStatuses; 3 error_message string',
  ConnectionSettingsStatus:
    '1 last_connection_settings_hash bytes; 2 status ConnectionSettingsStatuses; 3 error_message string',
  PackageStatuses:
    '1 packages map<PackageStatus>; 2 server_provided_all_packages_hash bytes; 3 error_message string',
  PackageStatus: `1 name string; 2 agent_has_version string; 3 agent_has_hash bytes; 4 server_offered_version string;
    5 server_offered_hash bytes; 6 status PackageStatusEnum; 7 error_message string; 8 download_details PackageDownloadDetails`,
  PackageDownloadDetails: '1 download_percent double; 2 download_bytes_per_second double',
  ServerToAgent: `1 instance_uid bytes; 2 error_response ServerErrorResponse; 3 remote_config AgentRemoteConfig;
    4 connection_settings ConnectionSettingsOffers; 5 packages_available PackagesAvailable; 6 flags uint64; 7 capabilities uint64;
    8 agent_identification AgentIdentification; 9 command ServerToAgentCommand; 10 custom_capabilities CustomCapabilities;
    11 custom_message CustomMessage`,
  ServerErrorResponse: '1 type ServerErrorResponseType; 2 error_message string; 3 retry_info RetryInfo',
  RetryInfo: '1 retry_after_nanoseconds uint64',
  AgentIdentification: '1 new_instance_uid bytes',
  ServerToAgentCommand: '1 type CommandType',
  AgentRemoteConfig: '1 config AgentConfigMap; 2 config_hash bytes',
  AgentConfigMap: '1 config_map map<AgentConfigFile>',
  AgentConfigFile: '1 body bytes; 2 content_type string',
  ConnectionSettingsOffers: `1 hash bytes; 2 opamp OpAMPConnectionSettings; 3 own_metrics TelemetryConnectionSettings;
    4 own_traces TelemetryConnectionSettings; 5 own_logs TelemetryConnectionSettings; 6 other_connections map<OtherConnectionSettings>`,
  OpAMPConnectionSettings: `1 destination_endpoint string; 2 headers Headers; 3 certificate TLSCertificate;
    4 heartbeat_interval_seconds uint64; 5 tls TLSConnectionSettings; 6 proxy ProxyConnectionSettings`,
  TelemetryConnectionSettings: `1 destination_endpoint string; 2 headers Headers; 3 certificate TLSCertificate;
    4 tls TLSConnectionSettings; 5 proxy ProxyConnectionSettings`,
  OtherConnectionSettings: `1 destination_endpoint string; 2 headers Headers; 3 certificate TLSCertificate;
    4 other_settings map<string>; 5 tls TLSConnectionSettings; 6 proxy ProxyConnectionSettings`,
  TLSConnectionSettings: `1 ca_pem_contents string; 2 include_system_ca_certs_pool bool; 3 insecure_skip_verify bool;
    4 min_version string; 5 max_version string; 6 cipher_suites string[]`,
  ProxyConnectionSettings: '1 url string; 2 connect_headers Headers',
  Headers: '1 headers Header[]',
  Header: '1 key string; 2 value string',
  TLSCertificate: '1 cert bytes; 2 private_key bytes; 3 ca_cert bytes',
  PackagesAvailable: '1 packages map<PackageAvailable>; 2 all_packages_hash bytes',
  PackageAvailable: '1 type PackageType; 2 version string; 3 file DownloadableFile; 4 hash bytes',
  DownloadableFile: '1 download_url string; 2 content_hash bytes; 3 signature bytes; 4 headers Headers',
  CustomCapabilities: '1 capabilities string[]',
  CustomMessage: '1 capability string; 2 type string; 3 data bytes',
  AnyValue: `1 string_value string; 2 bool_value bool; 3 int_value int64; 4 double_value double; 5 array_value ArrayValue;
    6 kvlist_value KeyValueList; 7 bytes_value bytes`,
  ArrayValue: '1 values AnyValue[]',
  KeyValueList: '1 values KeyValue[]',
  KeyValue: '1 key string; 2 value AnyValue',
};

const oneofs: Record<string, string[]> = {
  AnyValue: [
    'string_value',
    'bool_value',
    'int_value',
    'double_value',
    'array_value',
    'kvlist_value',
    'bytes_value',
  ],
  ServerErrorResponse: ['retry_info'],
};

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function describeFields(type: protobuf.Type): string[] {
  return type.fieldsArray
    .toSorted((left, right) => left.id - right.id)
    .map((field) => {
      if (field instanceof protobuf.MapField)
        return `${field.id} ${snakeCase(field.name)} map<${field.type}>`;
      return `${field.id} ${snakeCase(field.name)} ${field.type}${field.repeated ? '[]' : ''}`;
    });
}

describe('the proto schema', () => {
  it('has exactly the messages of the specification', () => {
    expect([...messageTypes.keys()]).to.have.members(Object.keys(inventory));
  });

  for (const [name, fields] of Object.entries(inventory)) {
    it(`has the fields of ${name}`, () => {
      const expected = fields
        .split(';')
        .map((field) => field.trim())
        .filter((field) => field !== '');
      expect(describeFields(messageTypes.get(name)!)).to.deep.equal(expected);
    });
  }

  it('has string keys in every map', () => {
    const maps = [...messageTypes.values()].flatMap((type) =>
      type.fieldsArray.filter((field) => field instanceof protobuf.MapField),
    );
    expect(maps).to.have.length.above(5);
    expect(maps.every((field) => field.keyType === 'string')).to.equal(true);
  });

  it('has the oneofs of the specification', () => {
    for (const type of messageTypes.values()) {
      const members = type.oneofsArray.flatMap((oneof) =>
        oneof.fieldsArray.map((field) => snakeCase(field.name)),
      );
      expect(members, type.name).to.deep.equal(oneofs[type.name] ?? []);
    }
  });

  it('is package opamp.proto.v1', () => {
    expect(schema.fullName).to.equal('.opamp.proto.v1');
  });

  it('gives every uint64 and fixed64 a one-byte tag and no presence, as the writer assumes', () => {
    const fields = [...messageTypes.values()].flatMap((type) => type.fieldsArray);
    const integers = fields.filter((field) => field.type === 'uint64' || field.type === 'fixed64');
    expect(integers).to.have.length.above(7);
    for (const field of integers) {
      expect(field.id, field.fullName).to.be.below(16);
      expect(field.hasPresence, field.fullName).to.equal(false);
      expect(field.repeated, field.fullName).to.equal(false);
    }
  });
});

/** What the class files declare: property name to type name, `[]` for lists, for each class. */
function declaredProperties(): Map<string, Map<string, string>> {
  const folder = new URL('messages/', import.meta.url);
  const declared = new Map<string, Map<string, string>>();
  for (const file of readdirSync(folder)) {
    const source = readFileSync(new URL(file, folder), 'utf8');
    for (const [, name, body] of source.matchAll(/^export (?:class|interface) (\w+)[^{]*\{(.*?)\}$/gms)) {
      const properties = body!.matchAll(
        /^ {2}(?:declare )?(?:readonly )(\w+)\??: (?:readonly )?([^;=]+?)(?: =.*)?;$/gm,
      );
      declared.set(name!, new Map(Array.from(properties, ([, property, type]) => [property!, type!])));
    }
  }
  return declared;
}

const scalarTypes: Record<string, string> = {
  bytes: 'Uint8Array',
  string: 'string',
  bool: 'boolean',
  double: 'number',
  uint64: 'bigint',
  fixed64: 'bigint',
  int64: 'bigint',
};

function declaredType(field: protobuf.Field): string {
  const single =
    field.resolvedType instanceof protobuf.Enum ? 'number' : (scalarTypes[field.type] ?? field.type);
  if (field.map) return `Readonly<Record<string, ${single}>>`;
  return field.repeated ? `${single}[]` : single;
}

describe('the message classes', () => {
  const declared = declaredProperties();

  it('are one for each message', () => {
    expect(Object.keys(messageClasses)).to.have.members([...messageTypes.keys()]);
  });

  for (const [name, type] of messageTypes) {
    it(`declare the fields of ${name}, with their types`, () => {
      const expected = Object.fromEntries(type.fieldsArray.map((field) => [field.name, declaredType(field)]));
      const found = declared.get(name) ?? new Map<string, string>();
      expect(Object.fromEntries(found)).to.deep.equal(expected);
    });

    it(`start ${name} with its defaults, and without sub-messages`, () => {
      const fresh = new messageClasses[name]!();
      const expected = type.fieldsArray.filter(
        (field) =>
          field.map ||
          field.repeated ||
          (!field.hasPresence && !(field.resolvedType instanceof protobuf.Type)),
      );
      expect(Object.keys(fresh)).to.have.members(expected.map((field) => field.name));
    });
  }
});
