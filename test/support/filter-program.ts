import { spawnSync } from 'node:child_process';

/** One instruction of the classic BPF machine, as `tcpdump -ddd` prints it. */
export interface Instruction {
  readonly code: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly value: number;
}

/** What libpcap makes of a filter for a link type such as `EN10MB`; throws if it takes it not. */
export function filterProgram(filter: string, link = 'EN10MB'): Instruction[] {
  const args = ['-y', link, '-ddd', '--', filter];
  const { status, stdout, stderr } = spawnSync('tcpdump', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${link}: ${stderr.trim()}`);
  const lines = stdout.trim().split('\n').slice(1);
  return lines.map((line) => {
    const [code = 0, jumpTrue = 0, jumpFalse = 0, value = 0] = line.split(' ').map(Number);
    return { code, jumpTrue, jumpFalse, value };
  });
}

/** Parts of an instruction's code (<linux/bpf_common.h>). */
const CLASS = 0x07;
const MODE = 0xe0;
const SIZE = 0x18;
const Class = { Load: 0, Jump: 5, Return: 6 } as const;
const Mode = { Absolute: 0x20, Indirect: 0x40 } as const;
const BYTE = 0x10;

/** What stands before the first instruction: registers cleared, the packet's place and length. */
const PROLOGUE = 7;
const INSTRUCTION_BYTES = 8;
/** struct bpf_prog without its instructions, rounded up. */
const HEADER_BYTES = 80;

/**
 * Bytes that a filter takes of what the kernel gives a socket for it (net.core.optmem_max), as
 * Linux since 4.18 translates it (net/core/filter.c): a load becomes 13 or 14 instructions, a
 * jump to two places two.
 */
export function kernelMemory(program: readonly Instruction[]): number {
  const count = program.reduce((sum, instruction) => sum + translated(instruction), PROLOGUE);
  return HEADER_BYTES + count * INSTRUCTION_BYTES;
}

function translated({ code, jumpTrue, jumpFalse, value }: Instruction): number {
  switch (code & CLASS) {
    case Class.Load: {
      const mode = code & MODE;
      const isByte = (code & SIZE) === BYTE;
      if (mode === Mode.Absolute) return 12 + (isByte ? 0 : 1) + (value === 0 ? 0 : 1);
      return mode === Mode.Indirect ? 9 : 1;
    }
    case Class.Jump:
      // An unconditional one has no targets of its own.
      return jumpTrue > 0 && jumpFalse > 0 ? 2 : 1;
    case Class.Return:
      return 2;
    default:
      return 1;
  }
}
