import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import { type Address, networkOf } from '../../wire/address.js';

const LIMIT = 50_000;
/** Addresses that are told apart for one account; the one idle longest gives way. */
const ADDRESSES_LIMIT = 64;
/** Older failures say nothing of what is registered now (seconds); slow guessing takes hours. */
const MEMORY = 6 * 3600;

/** Rejected credentials of one address. */
interface Failing {
  readonly address: Address;
  readonly network: Address;
  count: number;
  lastAt: number;
}

/** Of one account: who failed within the last six hours. */
export interface FailureCount {
  /** Rejected credentials of all, and the networks that they came from. */
  readonly total: number;
  readonly networks: number;
  /** Those of one network, and the addresses there. */
  readonly near: number;
  readonly addressesNear: number;
}

export const NO_FAILURES: FailureCount = { total: 0, networks: 0, near: 0, addressesNear: 0 };

/** Who failed to log in to an account, whoever it was: a guess may be used by somebody else. */
export class Failures {
  private readonly accounts: BoundedMap<number, Failing[]>;
  private readonly hasher = new Hasher();

  constructor(counters: Counters) {
    this.accounts = new BoundedMap(LIMIT, () => {
      counters.registrationsEvicted++;
    });
  }

  /** Credentials of `source` for the account were rejected. */
  add(server: Address, account: string, source: Address, now: number): void {
    const key = this.keyOf(server, account);
    let list = this.accounts.get(key);
    if (list === undefined) {
      list = [];
      this.accounts.set(key, list);
    }
    const at = list.findIndex(({ address }) => address === source);
    let failing = at === -1 ? undefined : list.splice(at, 1)[0];
    if (failing === undefined || Math.abs(now - failing.lastAt) > MEMORY) {
      failing = { address: source, network: networkOf(source), count: 0, lastAt: now };
    }
    failing.count++;
    failing.lastAt = now;
    if (list.length === ADDRESSES_LIMIT) list.shift();
    list.push(failing);
  }

  /** Failures that are not of `own` networks; `near`: those of the network `here`. */
  count(
    server: Address,
    account: string,
    here: Address,
    isOwn: (network: Address) => boolean,
    now: number,
  ): FailureCount {
    const list = this.accounts.peek(this.keyOf(server, account));
    if (list === undefined) return NO_FAILURES;
    const networks = new Set<Address>();
    let [total, near, addressesNear] = [0, 0, 0];
    for (const { network, count, lastAt } of list) {
      if (Math.abs(now - lastAt) > MEMORY || isOwn(network)) continue;
      total += count;
      networks.add(network);
      if (network !== here) continue;
      near += count;
      addressesNear++;
    }
    return { total, networks: networks.size, near, addressesNear };
  }

  table(): TableStatus {
    return this.accounts.status('accounts_failing');
  }

  private keyOf(server: Address, account: string): number {
    return this.hasher.begin().addKey(server).addText(account).end();
  }
}
