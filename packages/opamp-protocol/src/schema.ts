import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const protoFolder = new URL('../../../proto/', import.meta.url);
const protoFiles = ['opamp/v1/anyvalue.proto', 'opamp/v1/opamp.proto'];

/** Parses the repository's .proto files. Synchronous, about ten milliseconds, once per process. */
function loadNamespace(): protobuf.Namespace {
  const root = new protobuf.Root();
  for (const file of protoFiles) protobuf.parse(readFileSync(new URL(file, protoFolder), 'utf8'), root);
  root.resolveAll();
  return root.lookup('opamp.proto.v1') as protobuf.Namespace;
}

/** Package `opamp.proto.v1` as reflection objects: the source of the codec, the limits and the tests. */
export const schema: protobuf.Namespace = loadNamespace();

/** Every message type of the package, by name. */
export const messageTypes: ReadonlyMap<string, protobuf.Type> = new Map(
  schema.nestedArray.filter((member) => member instanceof protobuf.Type).map((type) => [type.name, type]),
);
