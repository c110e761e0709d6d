import type { SigningKey } from '@ampora/api-contract';
import type { Command } from 'commander';
import { apiAction, type ApiCall } from '../../output/api-command.ts';
import { outputOption, type OutputFormat, printList } from '../../output/output-format.ts';
import { timeText } from '../../output/time-text.ts';

interface KeysOptions {
  readonly rotate?: boolean;
  readonly pem?: boolean;
  readonly output: OutputFormat;
}

export function register(events: Command): void {
  events
    .command('keys')
    .description('The public keys that exports and roots are verified with, oldest first')
    .option('--rotate', 'sign with a new key from now on; the one before vouches for it')
    .option('--pem', 'print the active one in PEM, for ampora events verify --key and for openssl')
    .addOption(outputOption())
    .action(apiAction(keys));
}

async function keys({ call, options }: ApiCall<KeysOptions>): Promise<void> {
  const { rotate = false, pem = false, output } = options;
  const { items } = rotate ? await call('rotateSigningKey', {}) : await call('listSigningKeys', {});
  if (pem) process.stdout.write(items.find(({ state }) => state === 'active')?.publicKeyPem ?? '');
  else printList(items, output, listing);
}

const listing = {
  columns: [
    { title: 'KEY', of: ({ keyId }: SigningKey) => keyId },
    { title: 'STATE', of: ({ state }: SigningKey) => state },
    { title: 'SINCE', of: ({ createdAt }: SigningKey) => timeText(createdAt) },
    { title: 'UNTIL', of: ({ retiredAt }: SigningKey) => (retiredAt === null ? '' : timeText(retiredAt)) },
    { title: 'VERIFIER KEY', of: ({ verifierKey }: SigningKey) => verifierKey },
  ],
  nameOf: ({ verifierKey }: SigningKey) => verifierKey,
  none: 'There is no signing key yet: the first root makes one (ampora events roots --seal).',
};
