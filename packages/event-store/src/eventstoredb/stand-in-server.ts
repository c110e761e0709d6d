import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import grpc from '@grpc/grpc-js';
import type * as Shared from '@eventstore/db-client/generated/shared_pb.js';
import type * as Features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type * as Status from '@eventstore/db-client/generated/status_pb.js';
import type * as Streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Message } from 'google-protobuf';
import type * as AnyModule from 'google-protobuf/google/protobuf/any_pb.js';

/**
 * A server that speaks enough of EventStoreDB's protocol to drive the real client through the adapter's paths where no
 * EventStoreDB can run: appends with revisions and idempotence, reads, filtered subscriptions with checkpoints, and
 * faults at will. It is written from what was observed of 23.10 and proves nothing about the real server.
 */
const require = createRequire(import.meta.url);
const generated = '@eventstore/db-client/generated/';
const { StreamsService } = require(`${generated}streams_grpc_pb`) as {
  StreamsService: grpc.ServiceDefinition;
};
const { ServerFeaturesService } = require(`${generated}serverfeatures_grpc_pb`) as {
  ServerFeaturesService: grpc.ServiceDefinition;
};
const streamsPb = require(`${generated}streams_pb`) as typeof Streams;
const sharedPb = require(`${generated}shared_pb`) as typeof Shared;
const featuresPb = require(`${generated}serverfeatures_pb`) as typeof Features;
const statusPb = require(`${generated}status_pb`) as typeof Status;
const { Any } = require('google-protobuf/google/protobuf/any_pb') as typeof AnyModule;

interface StoredRecord {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly createdMs: number;
}

export interface StandInServer {
  readonly connectionString: string;
  /** Ends every connection as a crash would, keeps the data, listens again. */
  crash(): Promise<void>;
  /** The next appends are stored but not answered, until the next crash. */
  swallowAnswers(): void;
  /** Ends live subscriptions as the server does when a consumer is too slow. */
  cutOffSubscriptions(): void;
  stop(): Promise<void>;
}

const MAX_APPEND_BYTES = 1024 * 1024;
/** Filtered-out events that the server passes before it tells how far it got. */
const SEARCH_WINDOW = 32;

class Refusal extends Error {
  readonly typeName: string;
  readonly detail: Message;

  constructor(typeName: string, detail: Message) {
    super(typeName);
    this.typeName = typeName;
    this.detail = detail;
  }
}

class Store {
  readonly records: StoredRecord[] = [];
  readonly streams = new Map<string, StoredRecord[]>();
  readonly watchers = new Set<() => void>();
  #end = 100n;

  append(
    stream: string,
    options: Streams.BatchAppendReq.Options,
    messages: Streams.BatchAppendReq.ProposedMessage[],
  ) {
    const size = messages.reduce(
      (sum, each) => sum + each.getData_asU8().length + each.getCustomMetadata_asU8().length,
      0,
    );
    if (size > MAX_APPEND_BYTES) {
      throw new Refusal(
        'MaximumAppendSizeExceeded',
        new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(MAX_APPEND_BYTES),
      );
    }
    const known = this.streams.get(stream) ?? [];
    const ids = messages.map((message) => message.getId()?.getString() ?? '');
    const any = options.hasAny();
    const expected = options.hasNoStream() ? -1 : Number(options.getStreamPosition());
    const first = any ? known.findIndex(({ id }) => id === ids[0]) : expected + 1;
    const repeated = first >= 0 && known.slice(first, first + ids.length).map(({ id }) => id);
    if (repeated && repeated.length === ids.length && repeated.every((id, index) => id === ids[index])) {
      return known[first + ids.length - 1];
    }
    if (any ? ids.some((id) => known.some((each) => each.id === id)) : expected !== known.length - 1) {
      const wrong = new sharedPb.WrongExpectedVersion();
      if (known.length > 0) wrong.setCurrentStreamRevision(String(known.length - 1));
      if (expected >= 0) wrong.setExpectedStreamPosition(String(expected));
      throw new Refusal('WrongExpectedVersion', wrong);
    }
    for (const message of messages) {
      this.#end += BigInt(200 + message.getData_asU8().length);
      const record = {
        position: this.#end,
        stream,
        revision: known.length,
        id: message.getId()?.getString() ?? '',
        type: message.getMetadataMap().get('type') ?? '',
        data: message.getData_asU8(),
        metadata: message.getCustomMetadata_asU8(),
        createdMs: Date.now(),
      };
      known.push(record);
      this.records.push(record);
    }
    this.streams.set(stream, known);
    for (const watch of [...this.watchers]) watch();
    return known.at(-1);
  }
}

function identifier(stream: string): Shared.StreamIdentifier {
  return new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'));
}

const nameOf = (id: Shared.StreamIdentifier | undefined): string =>
  Buffer.from(id?.getStreamName_asU8() ?? []).toString();

function eventResponse(record: StoredRecord): Streams.ReadResp {
  const position = record.position.toString();
  const recorded = new streamsPb.ReadResp.ReadEvent.RecordedEvent()
    .setId(new sharedPb.UUID().setString(record.id))
    .setStreamIdentifier(identifier(record.stream))
    .setStreamRevision(String(record.revision))
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setData(record.data)
    .setCustomMetadata(record.metadata);
  recorded.getMetadataMap().set('type', record.type);
  recorded.getMetadataMap().set('content-type', 'application/json');
  recorded.getMetadataMap().set('created', (BigInt(record.createdMs) * 10_000n).toString());
  return new streamsPb.ReadResp().setEvent(
    new streamsPb.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(position),
  );
}

function passes(filter: Streams.ReadReq.Options.FilterOptions | undefined, record: StoredRecord): boolean {
  if (!filter) return true;
  const onStream = filter.hasStreamIdentifier();
  const expression = onStream ? filter.getStreamIdentifier() : filter.getEventType();
  const text = onStream ? record.stream : record.type;
  const regex = expression?.getRegex();
  if (regex) return new RegExp(regex).test(text);
  return (expression?.getPrefixList() ?? []).some((prefix) => text.startsWith(prefix));
}

/** Starts the stand-in on a free port of the loopback interface. */
export async function startStandInServer(): Promise<StandInServer> {
  const store = new Store();
  // What the real server also has in its log, and no reader of ours may see.
  const system = { revision: 0, data: Buffer.from('{}'), metadata: Buffer.from('{}'), createdMs: 0 };
  store.records.push(
    {
      ...system,
      position: 1n,
      stream: '$settings',
      id: '00000000-0000-4000-8000-000000000001',
      type: '$settings',
    },
    {
      ...system,
      position: 2n,
      stream: '$$some-stream',
      id: '00000000-0000-4000-8000-000000000002',
      type: '$metadata',
    },
    {
      ...system,
      position: 3n,
      stream: 'orders-1',
      id: '00000000-0000-4000-8000-000000000003',
      type: 'OrderPlaced',
    },
  );
  let swallow = false;
  const cutOffs = new Set<() => void>();

  function batchAppend(call: grpc.ServerDuplexStream<Streams.BatchAppendReq, Streams.BatchAppendResp>): void {
    const parts = new Map<string, Streams.BatchAppendReq[]>();
    call.on('error', () => undefined);
    call.on('end', () => call.end());
    call.on('data', (request: Streams.BatchAppendReq) => {
      const structured = request.getCorrelationId()?.toString() ?? '';
      const list = parts.get(structured) ?? [];
      list.push(request);
      parts.set(structured, list);
      if (!request.getIsFinal()) return;
      parts.delete(structured);
      const options = list[0]?.getOptions();
      if (!options) throw new Error('An append came without options');
      const stream = nameOf(options.getStreamIdentifier());
      const response = new streamsPb.BatchAppendResp()
        .setCorrelationId(request.getCorrelationId())
        .setStreamIdentifier(options.getStreamIdentifier());
      try {
        const last = store.append(
          stream,
          options,
          list.flatMap((part) => part.getProposedMessagesList()),
        );
        const position = String(last?.position);
        response.setSuccess(
          new streamsPb.BatchAppendResp.Success()
            .setCurrentRevision(String(last?.revision))
            .setPosition(
              new sharedPb.AllStreamPosition().setCommitPosition(position).setPreparePosition(position),
            ),
        );
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const details = new Any();
        details.pack(error.detail.serializeBinary(), `event_store.client.${error.typeName}`);
        response.setError(new statusPb.Status().setMessage(error.typeName).setDetails(details));
      }
      if (!swallow) call.write(response);
    });
  }

  function read(call: grpc.ServerWritableStream<Streams.ReadReq, Streams.ReadResp>): void {
    const options = call.request.getOptions();
    if (!options) throw new Error('A read came without options');
    const backwards = Number(options.getReadDirection()) === 1;
    const count = options.hasSubscription() ? Number.POSITIVE_INFINITY : Number(options.getCount());
    const byStream = options.getStream();
    let source = store.records;
    let skip: (record: StoredRecord) => boolean = () => false;
    if (byStream) {
      const stream = nameOf(byStream.getStreamIdentifier());
      const found = store.streams.get(stream);
      if (!found) {
        call.write(
          new streamsPb.ReadResp().setStreamNotFound(
            new streamsPb.ReadResp.StreamNotFound().setStreamIdentifier(identifier(stream)),
          ),
        );
        call.end();
        return;
      }
      source = found;
      const from = Number(byStream.getRevision());
      if (!byStream.hasStart() && !byStream.hasEnd()) {
        skip = ({ revision }) => (backwards ? revision > from : revision < from);
      }
    } else {
      const from = options.getAll()?.getPosition();
      const commit = from ? BigInt(from.getCommitPosition()) : undefined;
      // Reading is inclusive, subscribing is not.
      if (commit !== undefined) {
        skip = ({ position }) =>
          backwards ? position >= commit : options.hasSubscription() ? position <= commit : position < commit;
      }
    }
    if (!options.hasSubscription()) {
      let left = count;
      for (const record of backwards ? source.toReversed() : [...source]) {
        if (left <= 0) break;
        if (skip(record)) continue;
        call.write(eventResponse(record));
        left--;
      }
      call.end();
      return;
    }
    call.write(
      new streamsPb.ReadResp().setConfirmation(
        new streamsPb.ReadResp.SubscriptionConfirmation().setSubscriptionId('1'),
      ),
    );
    const filter = options.getFilter();
    let next = 0;
    let passedOver = 0;
    const pump = (): void => {
      for (; next < source.length; next++) {
        const record = source[next];
        if (!record || skip(record)) continue;
        if (passes(filter, record)) call.write(eventResponse(record));
        else if (++passedOver % SEARCH_WINDOW === 0) {
          const position = record.position.toString();
          call.write(
            new streamsPb.ReadResp().setCheckpoint(
              new streamsPb.ReadResp.Checkpoint().setCommitPosition(position).setPreparePosition(position),
            ),
          );
        }
      }
    };
    const cutOff = (): void => {
      const details = 'Consumer too slow to handle event while live. Client resubscription required.';
      call.emit('error', { code: grpc.status.ABORTED, details });
    };
    const leave = (): void => {
      store.watchers.delete(pump);
      cutOffs.delete(cutOff);
    };
    call.on('cancelled', leave);
    call.on('close', leave);
    pump();
    call.write(new streamsPb.ReadResp().setCaughtUp(new streamsPb.ReadResp.CaughtUp()));
    store.watchers.add(pump);
    cutOffs.add(cutOff);
  }

  function getSupportedMethods(_: unknown, answer: grpc.sendUnaryData<Features.SupportedMethods>): void {
    const method = new featuresPb.SupportedMethod()
      .setServiceName('event_store.client.streams.streams')
      .setMethodName('batchappend');
    answer(
      null,
      new featuresPb.SupportedMethods().setEventStoreServerVersion('23.10.6').setMethodsList([method]),
    );
  }

  const port = await new Promise<number>((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as AddressInfo;
      probe.close(() => resolve(free));
    });
  });

  async function listen(): Promise<grpc.Server> {
    const server = new grpc.Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
    const refuse = (_: unknown, answer: grpc.sendUnaryData<never>): void =>
      answer({ code: grpc.status.UNIMPLEMENTED, details: 'The stand-in does not do this' });
    const rest = { append: refuse, delete: refuse, tombstone: refuse };
    server.addService(StreamsService, {
      batchAppend,
      read,
      ...rest,
    } as unknown as grpc.UntypedServiceImplementation);
    server.addService(ServerFeaturesService, {
      getSupportedMethods,
    } as unknown as grpc.UntypedServiceImplementation);
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      );
    });
    return server;
  }

  let server = await listen();
  return {
    connectionString: `esdb://127.0.0.1:${port}?tls=false`,
    async crash() {
      server.forceShutdown();
      store.watchers.clear();
      cutOffs.clear();
      swallow = false;
      server = await listen();
    },
    swallowAnswers: () => (swallow = true),
    cutOffSubscriptions() {
      for (const cutOff of [...cutOffs]) cutOff();
    },
    async stop() {
      server.forceShutdown();
    },
  };
}
