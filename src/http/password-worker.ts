import { parentPort } from 'node:worker_threads';
import { compareSync } from 'bcryptjs';

/** A password to compare with a bcrypt hash, and the verdict on it. */
export interface PasswordQuestion {
  readonly id: number;
  readonly password: string;
  readonly hash: string;
}
export interface PasswordVerdict {
  readonly id: number;
  readonly matches: boolean;
}

parentPort?.on('message', ({ id, password, hash }: PasswordQuestion) => {
  const verdict: PasswordVerdict = { id, matches: compareSync(password, hash) };
  parentPort?.postMessage(verdict);
});
