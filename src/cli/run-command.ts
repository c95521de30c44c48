import type { Command } from 'commander';
import { addRunOptions, type RunFlags } from './run-options.js';

/** Adds `run`. */
export function addRunCommand(program: Command): void {
  const command = program
    .command('run')
    .description('watch a mirror (SPAN) port: alerts, metrics, events; it never sends a packet');
  addRunOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (filter: string[], _, self: Command) => {
      const { runAction } = await import('./run-action.js');
      await runAction(filter, self.optsWithGlobals<RunFlags>());
    });
}

const EXAMPLES = `
Reading an interface needs the right to do so: root, or CAP_NET_RAW alone, as in
deploy/systemd/sipseer.service. "sipseer interfaces" lists what there is.

Examples:
  sipseer run -i eth1                     one mirror port; metrics on 127.0.0.1:15060
  sipseer run -i eth1 -i eth2             a tap with a port for each direction
  sipseer run -c /etc/sipseer.yaml        see deploy/config.example.yaml
  sipseer run -i eth1 --capture tcpdump   kernel time stamps and drop counts
  sipseer run -i eth1 --json | jq .sipseer.reason
  sipseer run -i any host 192.0.2.10 and port 5060

Signals: HUP reads configuration and signatures again, USR1 says how it goes,
USR2 opens the event file anew, TERM and INT end it in good order.

Exit codes: 0 ended by TERM or INT, 1 runtime failure, 2 wrong usage,
configuration, signature or filter, 4 the interface cannot be read`;
