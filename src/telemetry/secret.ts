import { randomInt } from 'node:crypto';

/**
 * Three words (signed, 32 bits) that nobody outside this process can know. They decide where in
 * memory a table keeps an entry, and so only how fast it is found: no result may depend on them.
 */
export const SECRET_WORDS = [secretWord(), secretWord(), secretWord()] as const;

function secretWord(): number {
  return randomInt(0x1_0000_0000) | 0;
}
