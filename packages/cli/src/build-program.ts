import { Command } from 'commander';
import { register as doctor } from './commands/doctor.ts';
import { register as serve } from './commands/serve.ts';

/** Every command, in the order that the help shows them. */
const commands = [serve, doctor];

export function buildProgram(version: string): Command {
  const program = new Command('ampora')
    .description('Ampora: an event-sourced control plane for OpAMP fleets')
    .version(version)
    .showHelpAfterError('(ampora --help lists what there is)')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  for (const register of commands) register(program);
  return program;
}
