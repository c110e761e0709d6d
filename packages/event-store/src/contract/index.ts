export {
  type ContractOptions,
  describeEventLogContract,
  type EventLogFixture,
} from './describe-event-log-contract.ts';
