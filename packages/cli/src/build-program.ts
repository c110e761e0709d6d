import { Command } from 'commander';
import { register as agents } from './commands/agents.ts';
import { register as aiming } from './commands/aiming/index.ts';
import { register as audit } from './commands/audit.ts';
import { register as bisect } from './commands/bisect.ts';
import { register as components } from './commands/components.ts';
import { register as configs } from './commands/configs/index.ts';
import { register as doctor } from './commands/doctor.ts';
import { register as events } from './commands/events/index.ts';
import { register as groups } from './commands/groups/index.ts';
import { register as lintRules } from './commands/lint-rules.ts';
import { register as people } from './commands/people.ts';
import { register as projections } from './commands/projections/index.ts';
import { register as replay } from './commands/replay/index.ts';
import { register as serve } from './commands/serve.ts';
import { register as sim } from './commands/sim.ts';
import { register as why } from './commands/why.ts';
import { urlOption } from './output/api-command.ts';

/** Every command, in the order that the help shows them. */
const commands = [
  serve,
  sim,
  agents,
  groups,
  configs,
  aiming,
  lintRules,
  components,
  bisect,
  why,
  events,
  audit,
  people,
  projections,
  replay,
  doctor,
];

export function buildProgram(version: string): Command {
  const program = new Command('ampora')
    .description('Ampora: an event-sourced control plane for OpAMP fleets')
    .version(version)
    .addOption(urlOption())
    .showHelpAfterError('(ampora --help lists what there is)')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  for (const register of commands) register(program);
  return program;
}
