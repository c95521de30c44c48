import { Command, InvalidArgumentError } from 'commander';

export interface BenchOptions {
  readonly messages: number;
  readonly rounds: number;
  readonly forged: number;
  readonly quick: boolean;
  readonly writeDocs: boolean;
}

const FULL = { messages: 1_000_000, rounds: 5, forged: 10_000_000 };
const QUICK = { messages: 100_000, rounds: 2, forged: 1_000_000 };

interface Actions {
  replay(options: BenchOptions): Promise<void>;
  micro(topics: readonly string[]): void;
  live(options: { readonly writeDocs: boolean }): Promise<void>;
}

/** The command line of `npm run bench`. */
export function benchProgram(actions: Actions): Command {
  const program = new Command('npm run bench --')
    .description(
      'measure sipseer beside a raw floor and other programs, in turn on the same capture',
    )
    .showHelpAfterError('(--help tells what there is)')
    .option('--messages <n>', 'SIP messages in the capture', count)
    .option('--rounds <n>', 'how often each goes through it; the median counts', count)
    .option('--forged <n>', 'sources of the flood that memory is measured under', count)
    .option('--quick', 'a tenth of the messages, two rounds', false)
    .option('--write-docs', 'put the results into bench/README.md', false)
    .addHelpText('after', EXAMPLES)
    .action((given: Partial<BenchOptions>) => {
      const { quick = false, writeDocs = false } = given;
      return actions.replay({ ...(quick ? QUICK : FULL), ...given, quick, writeDocs });
    });
  program
    .command('micro')
    .description('time single functions; without a topic, all of them')
    .argument('[topic...]', 'part of a file name in bench/micro')
    .action((topics: string[]) => actions.micro(topics));
  program
    .command('live')
    .description(
      'find the highest rate on a veth pair at which nothing is lost (root, some minutes)',
    )
    .option('--write-docs', 'put the results into bench/README.md', false)
    .action((_, command: Command) => {
      const { writeDocs = false } = command.optsWithGlobals<{ writeDocs?: boolean }>();
      return actions.live({ writeDocs });
    });
  return program;
}

function count(text: string): number {
  const number = Number(text.replaceAll(/[_,]/g, ''));
  if (!Number.isInteger(number) || number < 1) {
    throw new InvalidArgumentError('a whole number of at least 1 is needed.');
  }
  return number;
}

const EXAMPLES = `
Other work on the machine distorts the figures; ratios within one run are what
counts. Programs that are not installed are left out, and it is said.

Examples:
  npm run bench -- --quick          a first impression, in some minutes
  npm run bench -- --write-docs     the whole of it, into bench/README.md
  npm run bench -- micro tables     what single functions cost
  npm run bench -- live             the ceiling of a live capture`;
