import { type Command, Option } from 'commander';
import { SEVERITIES } from '../rules/signature.js';
import { addInputOptions } from './input-options.js';
import type { ReplayFlags } from './replay-action.js';

/** Adds `replay PATH…`. */
export function addReplayCommand(program: Command): void {
  const command = program
    .command('replay')
    .description('read captures (pcap or pcapng, plain or gzip) and tell what happened in them');
  addInputOptions(command)
    .option('--json', 'print events (EVE, one JSON object a line) to standard output')
    .addOption(
      new Option(
        '--roles',
        'print what each host is, since when and why, with tabs between, instead of the incidents',
      ).conflicts('json'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit with 3 when an alert is at least so grave').choices(
        SEVERITIES,
      ),
    )
    .addOption(new Option('-v, --verbose', 'tell what was found in each file').conflicts('quiet'))
    .addHelpText('after', EXAMPLES)
    .action(async (paths: string[], _, self: Command) => {
      const { replayAction } = await import('./replay-action.js');
      await replayAction(paths, self.optsWithGlobals<ReplayFlags>());
    });
}

const EXAMPLES = `
The list comes at the end of the input, also from a pipe; --json prints each
event at once.

Examples:
  sipseer replay capture.pcap    what happened in a capture
  sipseer replay /var/captures   all captures below a directory, by time
  tcpdump -U -w - port 5060 | sipseer replay --json -
  sipseer replay --roles -q capture.pcap | cut -f 1,2
  sipseer replay --json scan.pcapng.gz | jq .sipseer.reason
  sipseer replay --fail-on high upload.pcap && echo clean

Exit codes: 0 fine, 1 a file could not be read, 2 wrong usage or signature,
3 see --fail-on (also where 1 would apply), 130 Ctrl-C, 143 SIGTERM`;
