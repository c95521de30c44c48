import {
  isCount,
  isListOf,
  isText,
  isTime,
  type JsonValue,
  type SavedEntry,
} from '../../telemetry/saved-entry.js';
import { type Address, isAddress } from '../../wire/address.js';
import { ACCOUNT_LIMIT } from '../transactions/transaction.js';

/** Bindings of one account that are kept; the one that ends first gives way. */
const BINDINGS_LIMIT = 16;
/** Networks it was bound from, and telephones that did it; the one idle longest gives way. */
const NETWORKS_LIMIT = 16;
const AGENTS_LIMIT = 8;
const TEXT_LIMIT = 72;

/** A contact that a registrar keeps for an account. */
export interface Binding {
  /** `host:port`. */
  readonly contact: string;
  /** Who registered it, from which port and network; undefined: the registrar listed it. */
  source: Address | undefined;
  port: number;
  readonly network: Address | undefined;
  readonly domain: number;
  agent: number;
  /** Packet time (seconds) of its first registration, and when it ends. */
  readonly since: number;
  expires: number;
}

/** A network that an account was bound from. */
interface HomeNetwork {
  readonly network: Address;
  readonly domain: number;
}

/** All that is kept of one account at one registrar. */
export class Registration {
  readonly registrar: Address;
  readonly account: string;
  bindings: Binding[] = [];
  readonly networks: HomeNetwork[] = [];
  readonly agents: number[] = [];
  /** The last time (seconds) that it was bound from a network new to it, and that network. */
  foreignAt = Number.NEGATIVE_INFINITY;
  foreignNetwork: Address | undefined = undefined;

  constructor(registrar: Address, account: string) {
    this.registrar = registrar;
    this.account = account;
  }

  /** Forgets bindings that have run out. */
  expire(now: number): void {
    for (const { expires } of this.bindings) {
      if (expires > now) continue;
      this.bindings = this.bindings.filter((binding) => binding.expires > now);
      return;
    }
  }

  find(contact: string, domain: number): Binding | undefined {
    for (const binding of this.bindings) {
      if (binding.contact === contact && isSameTenant(binding.domain, domain)) return binding;
    }
    return undefined;
  }

  /** Live bindings of this tenant from other networks than this. */
  elsewhere(network: Address, domain: number): Binding[] {
    return this.bindings.filter(
      (binding) =>
        binding.network !== undefined &&
        binding.network !== network &&
        isSameTenant(binding.domain, domain),
    );
  }

  /** The account was bound before, from anywhere. */
  isKnown(domain: number): boolean {
    for (const home of this.networks) if (isSameTenant(home.domain, domain)) return true;
    return false;
  }

  isHome(network: Address, domain: number): boolean {
    for (const home of this.networks) {
      if (home.network === network && isSameTenant(home.domain, domain)) return true;
    }
    return false;
  }

  /** The last time it was bound, that was from there and by this telephone. */
  isLatest(network: Address, domain: number, agent: number): boolean {
    const home = this.networks[this.networks.length - 1];
    if (home === undefined || home.network !== network || home.domain !== domain) return false;
    return this.agents[this.agents.length - 1] === agent;
  }

  put(binding: Binding): void {
    this.drop(binding.contact, binding.domain);
    if (this.bindings.length === BINDINGS_LIMIT) {
      this.bindings.sort((a, b) => a.expires - b.expires);
      this.bindings.shift();
    }
    this.bindings.push(binding);
  }

  drop(contact: string, domain: number): void {
    if (this.find(contact, domain) === undefined) return;
    this.bindings = this.bindings.filter(
      (binding) => binding.contact !== contact || !isSameTenant(binding.domain, domain),
    );
  }

  ofTenant(domain: number): Binding[] {
    return this.bindings.filter((binding) => isSameTenant(binding.domain, domain));
  }

  /** It was bound from here, by this telephone. */
  learn(network: Address, domain: number, agent: number): void {
    if (this.isLatest(network, domain, agent)) return;
    const at = this.networks.findIndex(
      (home) => home.network === network && home.domain === domain,
    );
    if (at !== -1) this.networks.splice(at, 1);
    if (this.networks.length === NETWORKS_LIMIT) this.networks.shift();
    this.networks.push({ network, domain });
    const place = this.agents.indexOf(agent);
    if (place !== -1) this.agents.splice(place, 1);
    if (this.agents.length === AGENTS_LIMIT) this.agents.shift();
    this.agents.push(agent);
  }
}

/**
 * Two accounts of one name at one registrar are one when their domains are the same. An address
 * stands for any domain: who attacks may know no other name.
 */
function isSameTenant(a: number, b: number): boolean {
  return a === b || a === 0 || b === 0;
}

export function savedRegistration(kept: Registration): SavedEntry {
  const { registrar, account, bindings, networks, agents, foreignAt, foreignNetwork } = kept;
  return [
    'registration',
    registrar,
    account,
    networks.map(({ network, domain }): JsonValue => [network, domain]),
    agents,
    bindings.map(savedBinding),
    Number.isFinite(foreignAt) ? foreignAt : null,
    foreignNetwork ?? null,
  ];
}

/** Undefined where anything is not as `savedRegistration` writes it. */
export function readRegistration([, ...data]: SavedEntry): Registration | undefined {
  const [registrar, account, networks, agents, bindings, foreignAt, foreignNetwork] = data;
  if (!isAddress(registrar) || !isText(account, ACCOUNT_LIMIT)) return undefined;
  if (!isListOf(networks, NETWORKS_LIMIT, isHomeNetwork)) return undefined;
  if (!isListOf(agents, AGENTS_LIMIT, isCount)) return undefined;
  if (!isListOf(bindings, BINDINGS_LIMIT, isBinding)) return undefined;
  if (foreignAt !== null && !isTime(foreignAt)) return undefined;
  if (foreignNetwork !== null && !isAddress(foreignNetwork)) return undefined;
  const kept = new Registration(registrar, account);
  for (const [network, domain] of networks) kept.networks.push({ network, domain });
  kept.agents.push(...agents);
  for (const saved of bindings) kept.put(bindingOf(saved));
  kept.foreignAt = foreignAt ?? Number.NEGATIVE_INFINITY;
  kept.foreignNetwork = foreignNetwork ?? undefined;
  return kept;
}

type SavedBinding = [
  contact: string,
  source: Address | null,
  port: number,
  network: Address | null,
  domain: number,
  agent: number,
  since: number,
  expires: number,
];

function savedBinding(kept: Binding): JsonValue {
  const { contact, source, port, network, domain, agent, since, expires } = kept;
  return [contact, source ?? null, port, network ?? null, domain, agent, since, expires];
}

function bindingOf(saved: SavedBinding): Binding {
  const [contact, source, port, network, domain, agent, since, expires] = saved;
  return {
    contact,
    source: source ?? undefined,
    port,
    network: network ?? undefined,
    domain,
    agent,
    since,
    expires,
  };
}

function isHomeNetwork(value: unknown): value is [Address, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  return isAddress(value[0]) && isCount(value[1]);
}

function isBinding(value: unknown): value is SavedBinding {
  if (!Array.isArray(value) || value.length !== 8) return false;
  const [contact, source, port, network, domain, agent, since, expires] = value;
  return (
    isText(contact, TEXT_LIMIT) &&
    (source === null || isAddress(source)) &&
    isCount(port) &&
    port <= 65535 &&
    (network === null || isAddress(network)) &&
    [domain, agent].every(isCount) &&
    [since, expires].every(isTime)
  );
}
